package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"time"

	"vedette/api"
	"vedette/restjson"
	"vedette/sigv4"
)

// apiClient calls the API of a deployment with its root user's access key.
type apiClient struct {
	endpoint string
	signer   sigv4.Signer
}

// call sends in and reads the answer into out.
func (c *apiClient) call(ctx context.Context, op *api.Operation, in, out any) error {
	r, err := restjson.EncodeRequest(ctx, op, in, c.endpoint)
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	var body []byte
	if r.GetBody != nil {
		reader, err := r.GetBody()
		if err == nil {
			body, err = io.ReadAll(reader)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", op.Name, err)
		}
	}
	c.signer.Sign(r, sha256.Sum256(body), time.Now())
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	defer resp.Body.Close()
	if err := restjson.DecodeResponse(op, resp, out); err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	return nil
}

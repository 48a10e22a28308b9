package gateway

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"

	"vedette/mqtt"
	"vedette/principal"
)

// proof is what is kept with a will of who has left it, so that policies can be asked
// again when it falls due.
type proof struct {
	ClientID    string     `json:"clientId"`
	Certificate []byte     `json:"certificate,omitempty"` // DER
	AccessKeyID string     `json:"accessKeyId,omitempty"`
	Addr        netip.Addr `json:"address"`
	ServerName  string     `json:"serverName,omitempty"`
	Attributes  []string   `json:"attributes,omitempty"`
}

// proofOf returns nil for anonymous clients.
func proofOf(p *Peer) []byte {
	if p.Certificate == nil && p.AccessKeyID == "" {
		return nil
	}
	kept := proof{ClientID: p.ClientID, AccessKeyID: p.AccessKeyID, Addr: p.Addr, ServerName: p.ServerName, Attributes: p.Attributes}
	if p.Certificate != nil {
		kept.Certificate = p.Certificate.Raw
	}
	b, err := json.Marshal(kept)
	if err != nil {
		panic(err) // strings, bytes and addresses always have a JSON form
	}
	return b
}

func readProof(b []byte) (*Peer, error) {
	var kept proof
	if err := json.Unmarshal(b, &kept); err != nil {
		return nil, fmt.Errorf("who left a will: %w", err)
	}
	p := &Peer{ClientID: kept.ClientID, AccessKeyID: kept.AccessKeyID, Addr: kept.Addr, ServerName: kept.ServerName, Attributes: kept.Attributes}
	if kept.Certificate == nil {
		return p, nil
	}
	var err error
	if p.Certificate, err = x509.ParseCertificate(kept.Certificate); err != nil {
		return nil, fmt.Errorf("who left a will: %w", err)
	}
	return p, nil
}

// MayPublish implements mqtt.WillJudge: a will is published only if its client could
// still connect with it.
func (g *Gateway) MayPublish(w *mqtt.Will) (bool, error) {
	p, err := readProof(w.Proof)
	if err != nil {
		g.logger.warn("will not published", "topic", string(w.Topic), "error", err)
		return false, nil
	}
	who, err := g.whoIs(context.Background(), p)
	switch {
	case errors.Is(err, ErrRefused):
	case err != nil:
		g.logger.warn("will waits: whether it is allowed could not be found out", "client", p.ClientID, "error", err)
		return false, err
	case !who.Allows(principal.Connect, []byte(p.ClientID)) || !allowsWill(who, w):
		err = errNoWill
	default:
		return true, nil
	}
	g.logger.warn("will not published", "client", p.ClientID, "topic", string(w.Topic), "peer", p.String(), "reason", err)
	return false, nil
}

var errNoWill = errors.New("no policy allows it any more")

func allowsWill(who *principal.Principal, w *mqtt.Will) bool {
	return w == nil || who.Allows(principal.Publish, w.Topic) && (!w.Retain || who.Allows(principal.RetainPublish, w.Topic))
}

// willOf copies what policies say about a will.
func willOf(w *mqtt.Will) *mqtt.Will {
	if w == nil {
		return nil
	}
	return &mqtt.Will{Topic: append([]byte(nil), w.Topic...), Retain: w.Retain}
}

// checkWill drops the will of a connection that may not publish it any more.
func (c *connection) checkWill(who *principal.Principal) {
	if !allowsWill(who, c.will) {
		c.client.DropWill()
	}
}

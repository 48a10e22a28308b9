package notify

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// SNSOptions configures an SNS target.
type SNSOptions struct {
	Endpoint    string // base URL of SNS; empty means that of AWS in the topic's Region
	STSEndpoint string // base URL of STS, for AssumeRole; empty means that of AWS in the topic's Region
	AssumeRole  bool   // publish as the alert target's roleArn instead of as the credentials' own user

	// Credentials sign the requests; nil means the default chain of the AWS
	// SDK: environment, shared files, container, instance. They are looked for
	// when the first alert is sent, so no alert target means no need of them.
	Credentials aws.CredentialsProvider
}

// SNS is the Target that publishes to topics of Amazon SNS. It makes one
// request per attempt: repeating is the dispatcher's work.
type SNS struct {
	o SNSOptions

	mu      sync.Mutex
	config  *aws.Config // nil until credentials were found
	clients map[clientKey]*sns.Client
}

type clientKey struct{ region, role string }

// maxClients bounds the clients kept, and with them the sessions of assumed
// roles: there is one for each Region and role in use.
const maxClients = 256

// maxIdle is how many connections to one SNS stay open: as many as a
// dispatcher usually has workers.
const maxIdle = 8

var _ Target = (*SNS)(nil)

// NewSNS returns the target. It does not look at credentials or network yet.
func NewSNS(o SNSOptions) *SNS {
	return &SNS{o: o, clients: map[clientKey]*sns.Client{}}
}

// Close ends idle connections.
func (s *SNS) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reset()
}

// reset forgets the configuration and what was made of it.
func (s *SNS) reset() {
	if s.config != nil {
		s.config.HTTPClient.(*http.Client).CloseIdleConnections()
	}
	s.config = nil
	clear(s.clients)
}

// Send publishes d to the topic d.Target. The error is a *SendError.
func (s *SNS) Send(ctx context.Context, d *Delivery) error {
	topic, err := arn.Parse(d.Target)
	if err != nil || topic.Service != "sns" || topic.Region == "" || topic.Resource == "" {
		return &SendError{
			Reason:    fmt.Sprintf("%q is not the ARN of an SNS topic", d.Target),
			Hint:      "correct alertTargetArn of security profile " + d.Profile,
			Permanent: true,
		}
	}
	text, err := Message(d)
	if err != nil {
		return &SendError{Reason: err.Error(), Permanent: true, Alone: true, Err: err}
	}
	client, err := s.client(ctx, topic.Region, d.RoleARN)
	if err != nil {
		return err
	}
	if _, err := client.Publish(ctx, publication(d, topic, string(text))); err != nil {
		return publishError(ctx, err)
	}
	return nil
}

// publication is the request for d: no Subject, no message attributes. A FIFO
// topic keeps the order of each violation and drops repetitions.
func publication(d *Delivery, topic arn.ARN, text string) *sns.PublishInput {
	in := &sns.PublishInput{TopicArn: aws.String(d.Target), Message: aws.String(text)}
	if strings.HasSuffix(topic.Resource, ".fifo") {
		in.MessageGroupId = aws.String(d.ViolationID)
		in.MessageDeduplicationId = aws.String(d.ViolationID + "-" + d.Type)
	}
	return in
}

// client returns the client for a Region and, with AssumeRole, a role. The
// credentials are there when it returns.
func (s *SNS) client(ctx context.Context, region, role string) (*sns.Client, error) {
	cfg, err := s.credentials(ctx)
	if err != nil {
		return nil, err
	}
	if !s.o.AssumeRole {
		role = ""
	}
	key := clientKey{region, role}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[key]; ok {
		return c, nil
	}
	if len(s.clients) >= maxClients {
		clear(s.clients)
	}
	c := s.newClient(cfg, key)
	s.clients[key] = c
	return c, nil
}

func (s *SNS) newClient(cfg *aws.Config, key clientKey) *sns.Client {
	provider := cfg.Credentials
	if key.role != "" {
		caller := sts.NewFromConfig(*cfg, func(o *sts.Options) {
			o.Region = key.region
			o.Retryer = aws.NopRetryer{}
			o.BaseEndpoint = override(s.o.STSEndpoint, o.BaseEndpoint)
		})
		provider = aws.NewCredentialsCache(assumedRole{
			stscreds.NewAssumeRoleProvider(caller, key.role, func(o *stscreds.AssumeRoleOptions) {
				o.RoleSessionName = "vedette"
			}), key.role})
	}
	return sns.NewFromConfig(*cfg, func(o *sns.Options) {
		o.Region = key.region
		o.Credentials = provider
		o.Retryer = aws.NopRetryer{}
		o.BaseEndpoint = override(s.o.Endpoint, o.BaseEndpoint)
	})
}

func override(endpoint string, otherwise *string) *string {
	if endpoint == "" {
		return otherwise
	}
	return &endpoint
}

// credentials returns the SDK's configuration with credentials that work out.
// While there are none it reads everything anew at each attempt: a file with
// credentials may appear at any time.
func (s *SNS) credentials(ctx context.Context) (*aws.Config, error) {
	s.mu.Lock()
	cfg := s.config
	s.mu.Unlock()
	if cfg == nil {
		loaded, err := s.load(ctx)
		if err != nil {
			return nil, &SendError{Reason: "AWS configuration: " + err.Error(), Hint: "correct the AWS_… variables or the shared AWS files", Permanent: true, Err: err}
		}
		cfg = loaded
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		s.mu.Lock()
		s.reset()
		s.mu.Unlock()
		return nil, noCredentials(ctx, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.config == nil {
		s.config = cfg
	}
	return s.config, nil
}

func (s *SNS) load(ctx context.Context) (*aws.Config, error) {
	var opts []func(*config.LoadOptions) error
	if s.o.Credentials != nil {
		opts = append(opts, config.WithCredentialsProvider(s.o.Credentials))
	}
	cfg, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return nil, err
	}
	// The SDK's client hides its connections; with its transport, which
	// knows AWS_CA_BUNDLE, Close can end them.
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if sdk, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		transport := sdk.GetTransport()
		transport.MaxIdleConnsPerHost = maxIdle
		client.Transport = transport
	}
	cfg.HTTPClient = client
	return &cfg, nil
}

// assumedRole tells a role that cannot be assumed from a topic that cannot be
// published to.
type assumedRole struct {
	*stscreds.AssumeRoleProvider
	role string
}

func (p assumedRole) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.AssumeRoleProvider.Retrieve(ctx)
	if err != nil {
		return c, roleError(ctx, p.role, err)
	}
	return c, nil
}

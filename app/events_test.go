package app_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/api"
)

// lifecycle is a lifecycle event as AWS IoT documents it, and its topic.
type lifecycle struct {
	Topic             string `json:"-"`
	ClientID          string
	ThingName         string
	EventType         string
	Timestamp         int64
	SessionIdentifier string
	Principal         string `json:"principalIdentifier"`
	IPAddress         string
	Initiated         *bool `json:"clientInitiatedDisconnect"`
	DisconnectReason  string
	Failure           string `json:"connectFailureReason"`
	VersionNumber     *int
	Topics            []string
}

// TestLifecycleEvents: who has subscribed to the reserved topics hears who
// connects, subscribes and leaves.
func TestLifecycleEvents(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	heard := d.watch()
	for range 2 {
		lamp := d.connect("lamp/7")
		lamp.await(lamp.client.Subscribe("a/b", 0, nil))
		lamp.await(lamp.client.Unsubscribe("a/b"))
		lamp.client.Disconnect(100)
		d.connect("nobody+#").disconnect() // whose topics would be none
	}
	var got []lifecycle
	for range 8 {
		got = append(got, <-heard)
	}
	session := func(version int) []lifecycle {
		base := lifecycle{ClientID: "lamp/7", Principal: "anonymous"}
		connected, subscribed, unsubscribed, gone := base, base, base, base
		connected.Topic, connected.EventType, connected.IPAddress, connected.VersionNumber = "presence/connected/lamp/7", "connected", "127.0.0.1", &version
		subscribed.Topic, subscribed.EventType, subscribed.Topics = "subscriptions/subscribed/lamp/7", "subscribed", []string{"a/b"}
		unsubscribed.Topic, unsubscribed.EventType, unsubscribed.Topics = "subscriptions/unsubscribed/lamp/7", "unsubscribed", []string{"a/b"}
		gone.Topic, gone.EventType, gone.Initiated = "presence/disconnected/lamp/7", "disconnected", new(true)
		gone.DisconnectReason, gone.VersionNumber = "CLIENT_INITIATED_DISCONNECT", &version
		return []lifecycle{connected, subscribed, unsubscribed, gone}
	}
	want := append(session(0), session(1)...)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(lifecycle{}, "Timestamp", "SessionIdentifier")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got[0].SessionIdentifier == "" || got[0].SessionIdentifier != got[3].SessionIdentifier || got[0].SessionIdentifier == got[4].SessionIdentifier {
		t.Errorf("session identifiers %q, %q, %q", got[0].SessionIdentifier, got[3].SessionIdentifier, got[4].SessionIdentifier)
	}
	if got[0].Timestamp == 0 {
		t.Error("an event without a time")
	}
}

// watch has a client subscribe to all events but those about itself.
func (d *deployment) watch() <-chan lifecycle {
	watcher := d.connect("watcher")
	heard := make(chan lifecycle, 100)
	watcher.await(watcher.client.Subscribe("$aws/events/#", 1, func(_ paho.Client, m paho.Message) {
		l := lifecycle{Topic: strings.TrimPrefix(m.Topic(), "$aws/events/")}
		if err := json.Unmarshal(m.Payload(), &l); err != nil {
			l.EventType = err.Error()
		}
		if l.ClientID != "watcher" {
			heard <- l
		}
	}))
	return heard
}

// attach attaches a certificate to a thing, which is made.
func (g *gate) attach(c *credential, thing string, how types.ThingPrincipalType) {
	g.t.Helper()
	_, err := g.client.CreateThing(g.t.Context(), &iot.CreateThingInput{ThingName: &thing})
	check(g.t, err)
	_, err = g.client.AttachThingPrincipal(g.t.Context(), &iot.AttachThingPrincipalInput{
		ThingName: &thing, Principal: aws.String("arn:aws:iot:us-east-1:000000000000:cert/" + c.id), ThingPrincipalType: how,
	})
	check(g.t, err)
}

// TestExclusiveThing: events name the thing of a certificate that can be attached to
// nothing else, whatever the client id, also when the client may not connect.
func TestExclusiveThing(t *testing.T) {
	t.Parallel()
	g := startGate(t, gateOptions(t))
	heard := g.watch()
	own, shared := g.issue(api.CertificateStatusActive), g.issue(api.CertificateStatusActive)
	g.policy(own, "own", "Allow iot:Connect client/one", "Allow iot:Subscribe topicfilter/a")
	g.policy(shared, "shared", "Allow iot:Connect client/two")
	g.attach(own, "lamp-7", types.ThingPrincipalTypeExclusiveThing)
	g.attach(shared, "lamp-8", types.ThingPrincipalTypeNonExclusiveThing)

	one, err := g.secureLamp(own, "one")
	check(t, err)
	token := one.client.Subscribe("a", 0, nil)
	token.WaitTimeout(patience)
	check(t, token.Error())
	one.client.Disconnect(100)
	if _, err := g.secureLamp(own, "other"); err == nil {
		t.Error("let in with a client id that is not allowed")
	}
	two, err := g.secureLamp(shared, "two")
	check(t, err)
	two.client.Disconnect(100)
	var got []lifecycle
	for range 6 {
		got = append(got, <-heard)
	}
	slices.SortStableFunc(got, func(a, b lifecycle) int { return strings.Compare(a.ClientID, b.ClientID) }) // clients come one after the other, nearly
	mine := lifecycle{ClientID: "one", ThingName: "lamp-7", Principal: own.id}
	connected, subscribed, gone, failed := mine, mine, mine, mine
	connected.Topic, connected.EventType, connected.IPAddress, connected.VersionNumber = "presence/connected/one", "connected", "127.0.0.1", new(0)
	subscribed.Topic, subscribed.EventType, subscribed.Topics = "subscriptions/subscribed/one", "subscribed", []string{"a"}
	gone.Topic, gone.EventType, gone.Initiated = "presence/disconnected/one", "disconnected", new(true)
	gone.DisconnectReason, gone.VersionNumber = "CLIENT_INITIATED_DISCONNECT", new(0)
	failed.ClientID, failed.Topic, failed.EventType = "other", "presence/connect_failed/other", "connect_failed"
	failed.IPAddress, failed.Failure = "127.0.0.1", "AUTHORIZATION_FAILED"
	come, went := connected, gone
	come.ClientID, come.ThingName, come.Principal, come.Topic = "two", "", shared.id, "presence/connected/two"
	went.ClientID, went.ThingName, went.Principal, went.Topic = "two", "", shared.id, "presence/disconnected/two"
	want := []lifecycle{connected, subscribed, gone, failed, come, went}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(lifecycle{}, "Timestamp", "SessionIdentifier")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestCountedByHTTPS: what a device publishes by HTTPS, and only so, is judged, and a
// window with nothing denied in it is a datapoint for it, too.
func TestCountedByHTTPS(t *testing.T) {
	t.Parallel()
	o := gateOptions(t)
	o.UsageInterval = time.Second
	g := startGate(t, o)
	c := g.issue(api.CertificateStatusActive)
	g.policy(c, "p", "Allow iot:Publish topic/lamps/*")
	g.attach(c, "lamp-7", types.ThingPrincipalTypeNonExclusiveThing)
	address := types.Behavior{Name: aws.String("from"), Metric: aws.String("aws:source-ip-address"), Criteria: &types.BehaviorCriteria{
		ComparisonOperator: types.ComparisonOperatorInCidrSet, Value: &types.MetricValue{Cidrs: []string{"10.0.0.0/8"}},
	}}
	quiet := counted("quiet", "aws:num-messages-received", 0) // a zero is too many
	g.profile("p", allThings, counted("flood", "aws:num-messages-sent", 3), counted("size", "aws:message-byte-size", 100),
		counted("denied", "aws:num-authorization-failures", 2), address, quiet)

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: g.roots, Certificates: []tls.Certificate{c.Certificate}}}}
	t.Cleanup(client.CloseIdleConnections)
	for topic, sizes := range map[string][]int{"lamps/7": {1, 100, 1}, "doors/7": {1, 1}} {
		for _, size := range sizes {
			resp, err := client.Post(g.Endpoints().HTTPSDevice+"/topics/"+topic, "", strings.NewReader(strings.Repeat("x", size)))
			check(t, err)
			check(t, resp.Body.Close())
		}
	}
	for _, violation := range []string{"p/flood", "p/size", "p/denied", "p/from", "p/quiet"} {
		g.waitFor("lamp-7", violation)
	}
}

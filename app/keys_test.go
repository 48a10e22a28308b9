package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/aws/smithy-go"

	"vedette/app"
	"vedette/store"
	"vedette/store/pgtest"
)

// keys opens the access keys of a deployment, which may run.
func (d *deployment) keys() *app.Keys {
	d.t.Helper()
	keys, err := app.OpenKeys(d.t.Context(), app.KeysOptions{DataDir: d.options.DataDir, DatabaseURL: d.options.DatabaseURL})
	check(d.t, err)
	d.t.Cleanup(func() { check(d.t, keys.Close()) })
	return keys
}

// as returns the SDK's client with another key.
func (d *deployment) as(key *store.AccessKey) *iot.Client {
	return iot.New(d.client.Options(), func(o *iot.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider(key.ID, key.Secret, "")
	})
}

// code returns the code of an API error, "" of none.
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

const (
	creator = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iot:CreateThing","iot:DescribeThing"],"Resource":"arn:aws:iot:us-east-1:000000000000:thing/cam-*"},
		{"Effect":"Allow","Action":"iot:CreateThingGroup","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"video"}}},
		{"Effect":"Deny","Action":"iot:*","Resource":"arn:aws:iot:us-east-1:000000000000:thing/cam-0"}]}`
	nothing = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`
)

// TestAccessKeys: a key may do what its policy says, through the SDK, and every
// change of a key acts with the next call.
func TestAccessKeys(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testAccessKeys(t, options(t)) })
	t.Run("postgres", func(t *testing.T) {
		o := options(t)
		o.DatabaseURL = pgtest.URL(t)
		testAccessKeys(t, o)
	})
}

func testAccessKeys(t *testing.T, o app.Options) {
	d := start(t, o)
	keys, ctx := d.keys(), t.Context()
	key, err := keys.Create(ctx, "video", creator)
	check(t, err)
	c := d.as(key)
	thing := func(name string) error {
		_, err := c.CreateThing(ctx, &iot.CreateThingInput{ThingName: &name})
		return err
	}
	group := func(name, team string) error {
		_, err := c.CreateThingGroup(ctx, &iot.CreateThingGroupInput{ThingGroupName: &name, Tags: []types.Tag{{Key: aws.String("team"), Value: &team}}})
		return err
	}
	want := func(what, want string, err error) {
		t.Helper()
		if got := code(err); got != want {
			t.Errorf("%s: got %q, want %q: %v", what, got, want, err)
		}
	}
	want("allowed", "", thing("cam-1"))
	want("allowed with a tag", "", group("g", "video"))
	want("not with another", "AccessDeniedException", group("h", "audio"))
	want("denied", "AccessDeniedException", thing("cam-0"))
	err = thing("lamp")
	want("not allowed", "AccessDeniedException", err)
	const message = "User: arn:aws:iam::000000000000:user/video is not authorized to perform: iot:CreateThing on resource: arn:aws:iot:us-east-1:000000000000:thing/lamp because no identity-based policy allows the iot:CreateThing action"
	if err == nil || !strings.Contains(err.Error(), message) {
		t.Errorf("got %v, want it to say %s", err, message)
	}
	check(t, keys.SetStatus(ctx, "video", store.KeyInactive))
	want("disabled", "UnrecognizedClientException", thing("cam-2"))
	check(t, keys.SetStatus(ctx, key.ID, store.KeyActive))
	want("enabled", "", thing("cam-2"))
	check(t, keys.SetPolicy(ctx, "video", nothing))
	want("with another policy", "AccessDeniedException", thing("cam-3"))
	d.restart()
	c = d.as(key)
	want("after a restart", "AccessDeniedException", thing("cam-3"))
	shown, err := keys.Show(ctx, "video")
	check(t, err)
	if shown.LastUsed == nil || time.Since(time.UnixMilli(*shown.LastUsed)) > 49*time.Hour || shown.Secret != "" {
		t.Errorf("got %+v", *shown)
	}
	check(t, keys.Delete(ctx, "video"))
	want("deleted", "UnrecognizedClientException", thing("cam-3"))
	if strings.Contains(d.log.String(), key.Secret) {
		t.Error("the secret is in the log")
	}
}

// TestKeyUser: others than the API ask who signs, too.
func TestKeyUser(t *testing.T) {
	d := start(t, options(t))
	key, err := d.keys().Create(t.Context(), "video", creator)
	check(t, err)
	id, _ := d.RootKey()
	for id, want := range map[string]string{id: "root", key.ID: "video", "AKIAOTHER": ""} {
		u, err := d.KeyUser(t.Context(), id)
		check(t, err)
		if got := ""; u != nil && u.Name != want || u == nil && want != got {
			t.Errorf("%s: got %+v, want %q", id, u, want)
		}
	}
}

// TestKeyFaults: what cannot be done with keys is said in words that help.
func TestKeyFaults(t *testing.T) {
	o := options(t)
	_, err := app.OpenKeys(t.Context(), app.KeysOptions{DataDir: o.DataDir})
	if err == nil || !strings.Contains(err.Error(), "there is no database in "+o.DataDir) {
		t.Errorf("got %v", err)
	}
	d := start(t, o)
	keys, ctx := d.keys(), t.Context()
	_, err = keys.Create(ctx, "ci", creator)
	check(t, err)
	create := func(name, document string) error {
		_, err := keys.Create(ctx, name, document)
		return err
	}
	_, unknown := keys.Show(ctx, "nobody")
	for want, err := range map[string]error{
		"vedette key delete ci":                          create("ci", creator),
		"want one that is not root":                      create("root", creator),
		"does not look like the id of a key":             create("AKIA1234567890123456", creator),
		"want up to 64 letters":                          create("c i", creator),
		"Statement: is missing":                          create("other", "{}"),
		`unknown action "iot:CreateThng"`:                create("other", strings.Replace(creator, "CreateThing", "CreateThng", 1)),
		"there is no access key nobody: `vedette key li": unknown,
		"cannot be limited, disabled or deleted":         keys.Delete(ctx, "root"),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	for what, err := range map[string]error{
		"disabled": keys.SetStatus(ctx, "root", store.KeyInactive),
		"limited":  keys.SetPolicy(ctx, "root", nothing),
		"unknown":  keys.Delete(ctx, "nobody"),
		"document": keys.SetPolicy(ctx, "ci", "{}"),
	} {
		if err == nil {
			t.Errorf("%s: got no error", what)
		}
	}
	list, err := keys.List(ctx)
	check(t, err)
	if len(list) != 2 || list[0].Name != "ci" || list[1].Name != "root" || list[0].Secret+list[1].Secret != "" {
		t.Errorf("got %v", list)
	}
}

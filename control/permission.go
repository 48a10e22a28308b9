package control

import (
	"context"
	"errors"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/restjson"
	"vedette/store"
)

// Authorize says whether a caller may do what a request asks for (it is for
// restjson.Options.Authorize): the root user may do all, anybody else what the
// policies of the access key or the role allow on every resource that the request is
// about.
// A refusal is an AccessDeniedException in AWS's words.
func (s *Service) Authorize(r *http.Request, caller restjson.Caller, op *api.Operation, in any) error {
	user := s.opts.User(caller)
	switch {
	case user == nil: // gone since the caller was found to be who it is
		return api.Errorf(api.UnrecognizedClientException, "The security token included in the request is invalid.")
	case !caller.Expires.IsZero() && !s.opts.Now().Before(caller.Expires): // of a stream that has outlived the session
		return api.Errorf(api.UnrecognizedClientException, "The session has ended. Sign in again.")
	case user.Root:
		return nil
	}
	p, known := s.permissions[op]
	if !known {
		return api.Errorf(api.AccessDeniedException, "%s is for the root user only.", op.Name)
	}
	if p.action == "" { // free
		return nil
	}
	c := &callContext{ctx: r.Context(), service: s, request: r, user: user, tags: p.requestTags(in)}
	refused := ""
	for _, about := range s.resourcesOf(p, in) {
		c.about(about)
		decision := user.Policies.Evaluate(&policy.Request{
			Action: policy.Action(p.action), Type: string(about.Kind), Name: []byte(about.Name), At: s.opts.Now(), Context: c,
		})
		switch {
		case c.err != nil:
			return unavailable(c.err)
		case decision == policy.ExplicitDeny:
			return s.accessDenied(user, p.action, s.shown(about), "with an explicit deny in an identity-based policy")
		case decision != policy.Allowed && refused == "":
			refused = s.shown(about)
		}
	}
	if refused != "" {
		return s.accessDenied(user, p.action, refused, "because no identity-based policy allows the "+p.action+" action")
	}
	return nil
}

func (s *Service) accessDenied(u *principal.User, action, resource, why string) error {
	return api.Errorf(api.AccessDeniedException, "User: %s is not authorized to perform: %s on resource: %s %s", u.ARN(s.opts.Account), action, resource, why)
}

// nobodys is the resource of a request that is about none, and of one that gives an
// ARN that can be no resource of this deployment; the operation refuses that one.
var nobodys = store.Resource{}

// shown returns a resource as a refusal names it.
func (s *Service) shown(r store.Resource) string {
	if r == nobodys {
		return "*"
	}
	return s.arns.Of(r.Kind, r.Name)
}

// resourcesOf returns what a request is about, at least one resource.
func (s *Service) resourcesOf(p permission, in any) []store.Resource {
	var list []store.Resource
	v := reflect.ValueOf(in).Elem()
	for _, m := range p.resources {
		for _, name := range m.names(v) {
			list = append(list, s.resourceOf(m.kind, name))
		}
	}
	if len(list) == 0 {
		list = append(list, nobodys)
	}
	return list
}

// resourceOf returns the resource of a kind with a name, or the one with an ARN.
func (s *Service) resourceOf(kind api.ARNKind, name string) store.Resource {
	r := store.Resource{Kind: kind, Name: name}
	if kind == "" {
		a, err := api.ParseARN(name)
		if err != nil || !s.arns.Own(a) || a.Kind() == "" {
			return nobodys
		}
		r = store.Resource{Kind: a.Kind(), Name: a.Name()}
	}
	if r.Kind == api.ARNCertificate || r.Kind == api.ARNCACertificate {
		r.Name = strings.ToLower(r.Name) // as the operations take it
	}
	return r
}

// requestTags returns the tags that a request puts on a resource, or the keys of
// those that it takes off.
func (p permission) requestTags(in any) []store.Tag {
	if p.tags < 0 {
		return nil
	}
	switch v := reflect.ValueOf(in).Elem().Field(p.tags).Interface().(type) {
	case []api.Tag:
		return mapped(v, func(t api.Tag) store.Tag { return store.Tag{Key: api.Value(t.Key), Value: t.Value} })
	case []string:
		return mapped(v, func(key string) store.Tag { return store.Tag{Key: key} })
	}
	return nil
}

// callContext is what policies can ask about a call of the API (it implements
// policy.Context).
type callContext struct {
	ctx     context.Context
	service *Service
	request *http.Request
	user    *principal.User
	tags    []store.Tag // of the request

	resource store.Resource // that is being decided on
	looked   bool           // its tags have been looked up
	has      []store.Tag
	err      error // of the look-up
}

// about turns to another resource.
func (c *callContext) about(r store.Resource) { c.resource, c.looked, c.has = r, false, nil }

// Value implements policy.Context.
func (c *callContext) Value(k policy.Key, i int) (string, bool) {
	switch k.ID {
	case policy.KeyTagKeys:
		if i >= len(c.tags) {
			return "", false
		}
		return c.tags[i].Key, true
	case policy.KeyRequestTag:
		return tagValue(c.tags, k.Arg, i)
	case policy.KeyResourceTag:
		return tagValue(c.resourceTags(), k.Arg, i)
	case policy.KeySourceIP:
		host, _, err := net.SplitHostPort(c.request.RemoteAddr)
		return host, err == nil && i == 0
	case policy.KeyOther:
		value := c.other(k.Arg)
		return value, value != "" && i == 0
	}
	return "", false
}

// other returns the value of a global key, or "".
func (c *callContext) other(key string) string {
	account := c.service.opts.Account
	switch key {
	case "aws:username":
		if c.user.Role != "" {
			return "" // as AWS has it of roles: names that the provider's users have would be mixed up with those of keys
		}
		return c.user.Name
	case "aws:PrincipalArn":
		if c.user.Role != "" {
			return "arn:aws:iam::" + account + ":role/" + c.user.Role
		}
		return c.user.ARN(account)
	case "aws:PrincipalAccount", "aws:ResourceAccount":
		return account
	case "aws:PrincipalType":
		if c.user.Role != "" {
			return "AssumedRole"
		}
		return "User"
	case "aws:RequestedRegion":
		return c.service.opts.Region
	case "aws:SecureTransport":
		return strconv.FormatBool(c.request.TLS != nil)
	case "aws:UserAgent":
		return c.request.UserAgent()
	}
	return ""
}

// resourceTags looks the tags of the resource up when a policy first asks for them.
func (c *callContext) resourceTags() []store.Tag {
	if c.looked || c.err != nil || !c.resource.Taggable() {
		return c.has
	}
	c.looked = true
	err := c.service.store.Read(c.ctx, func(tx *store.Tx) (err error) {
		c.has, err = tx.Tags(c.resource)
		return err
	})
	c.err = errors.Join(c.err, err)
	return c.has
}

// tagValue returns the value of the tag with a key. The case does not matter, unless
// there are several such tags.
func tagValue(tags []store.Tag, key string, i int) (value string, found bool) {
	if i > 0 {
		return "", false
	}
	for _, t := range tags {
		if t.Key == key {
			return api.Value(t.Value), true
		}
		if !found && strings.EqualFold(t.Key, key) {
			value, found = api.Value(t.Value), true
		}
	}
	return value, found
}

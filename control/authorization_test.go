package control_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"
)

// newFleet makes a certificate attached to the thing lamp, in the group leaf below
// top, and policies on all of them; it returns the certificate's ARN.
func newFleet(e *env) string {
	ca := newCA(e, "CA")
	device := sign(e, &x509.Certificate{Subject: pkix.Name{CommonName: "lamp-cn"}}, ca.cert, newKey(e).Public(), ca.key)
	arn := arnBase + "cert/" + id(device)
	create := func(name, document, target string) {
		e.must(`POST /policies/` + name + ` {"policyDocument":` + document + `}`)
		if target != "" {
			e.must(`PUT /target-policies/` + name + ` {"target":"` + target + `"}`)
		}
	}
	e.must(`POST /certificate/register-no-ca `+body("certificatePem", device, "status", "ACTIVE"),
		`POST /things/lamp {"attributePayload":{"attributes":{"floor":"7"}}}`, `POST /thing-groups/top`, `POST /thing-groups/leaf {"parentGroupName":"top"}`,
		`PUT /thing-groups/addThingToThingGroup {"thingName":"lamp","thingGroupName":"leaf"}`, `PUT@`+arn+` /things/lamp/principals`)
	create("connect", document("Allow", "iot:Connect", "ARN:client/${iot:ClientId}"), arn)
	create("own", document("Allow", "iot:Publish", "ARN:topic/cn/${iot:Certificate.Subject.CommonName}/*"), arn)
	create("floor", document("Allow", "iot:Publish", "ARN:topic/floor/${iot:Connection.Thing.Attributes[floor]}"), "ARN:thinggroup/leaf")
	create("secret", document("Deny", "iot:Publish", "ARN:topic/*/secret"), "ARN:thinggroup/top")
	create("extra", document("Allow", "iot:Subscribe", "ARN:topicfilter/a/*"), "")
	return arn
}

func TestGetEffectivePolicies(t *testing.T) {
	e := newEnv(t)
	cert := newFleet(e)
	policies := func(names ...string) string {
		for i, name := range names {
			names[i] = `{"policyName":"` + name + `","policyArn":"ARN:policy/` + name + `","policyDocument":"*"}`
		}
		return `{"effectivePolicies":[` + strings.Join(names, ",") + `]}`
	}
	for _, x := range []exchange{
		{`POST /effective-policies?thingName=lamp {"principal":"` + cert + `"}`, 200, policies("connect", "floor", "own", "secret")},
		{`POST /effective-policies {"principal":"` + cert + `"}`, 200, policies("connect", "own")},
		{`POST /effective-policies?thingName=lamp`, 200, policies("floor", "secret")},
		{`POST /effective-policies`, 400, `InvalidRequestException: Give a principal, a thingName, or both.`},
		{`POST /effective-policies?thingName=nope {"principal":"` + cert + `"}`, 404, `ResourceNotFoundException: The thing nope does not exist.`},
		{`POST /effective-policies {"principal":"ARN:cert/` + unknownID + `"}`, 404, `*`},
		{`POST /effective-policies {"principal":"x"}`, 400, `*`},
		{`POST /effective-policies {"principal":"` + cert + `","cognitoIdentityPoolId":"p"}`, 400, `InvalidRequestException: cognitoIdentityPoolId is given, but there are no Cognito identities here.`},
	} {
		e.expect(x)
	}
}

func TestTestAuthorization(t *testing.T) {
	e := newEnv(t)
	cert := newFleet(e)
	ask := func(query, more, action string, resources ...string) string {
		return `POST /test-authorization` + query + ` {"principal":"` + cert + `","authInfos":[{"actionType":"` + action + `","resources":["` + strings.Join(resources, `","`) + `"]}]` + more + `}`
	}
	answer := func(decision, allowed, implicit, explicit, missing string) string {
		list := func(names string) string {
			var s []string
			for name := range strings.FieldsSeq(names) {
				s = append(s, `{"policyName":"`+name+`","policyArn":"ARN:policy/`+name+`"}`)
			}
			return `{"policies":[` + strings.Join(s, ",") + `]}`
		}
		if missing != "" {
			missing = `"` + missing + `"`
		}
		return `{"authResults":[{"authInfo":"*","allowed":` + list(allowed) + `,"denied":{"implicitDeny":` + list(implicit) + `,"explicitDeny":` + list(explicit) +
			`},"authDecision":"` + decision + `","missingContextValues":[` + missing + `]}]}`
	}
	const lamp = "?clientId=lamp"
	for _, x := range []exchange{
		{ask(lamp, "", "CONNECT", "ARN:client/lamp"), 200, answer("ALLOWED", "connect", "floor own secret", "", "")},
		{ask(lamp, "", "CONNECT", "ARN:client/other"), 200, answer("IMPLICIT_DENY", "", "connect floor own secret", "", "")},
		{ask("", "", "CONNECT", "ARN:client/lamp"), 200, answer("IMPLICIT_DENY", "", "connect own", "", "iot:ClientId")},
		{ask(lamp, "", "PUBLISH", "ARN:topic/cn/lamp-cn/x"), 200, answer("ALLOWED", "own", "connect floor secret", "", "")},
		{ask(lamp, "", "PUBLISH", "ARN:topic/floor/7"), 200, answer("ALLOWED", "floor", "connect own secret", "", "")},
		{ask(lamp, "", "PUBLISH", "ARN:topic/cn/lamp-cn/secret"), 200, answer("EXPLICIT_DENY", "own", "connect floor", "secret", "")},
		{ask("?clientId=nobody", "", "PUBLISH", "ARN:topic/cn/lamp-cn/secret"), 200, answer("ALLOWED", "own", "connect", "", "")},
		{ask(lamp, "", "PUBLISH", "ARN:topic/floor/7", "ARN:topic/floor/8"), 200, answer("IMPLICIT_DENY", "floor", "connect own secret", "", "")},
		{ask(lamp, "", "PUBLISH", "ARN:topic/floor/8", "ARN:topic/a/secret"), 200, answer("EXPLICIT_DENY", "", "connect floor own", "secret", "")},
		{ask(lamp, "", "RECEIVE", "ARN:topic/a"), 200, answer("IMPLICIT_DENY", "", "connect floor own secret", "", "")},
		{ask(lamp, `,"policyNamesToAdd":["extra","own"],"policyNamesToSkip":["secret","nope"]`, "SUBSCRIBE", "ARN:topicfilter/a/#"), 200,
			answer("ALLOWED", "extra", "connect floor own", "", "")},
		{ask(lamp, `,"policyNamesToAdd":["nope"]`, "CONNECT", "ARN:client/lamp"), 404, `ResourceNotFoundException: The policy nope does not exist.`},
		{ask(lamp, "", "CONNECT", "lamp"), 400, `InvalidRequestException: authInfos: lamp is not a resource of this account and Region.`},
		{ask(lamp, "", "CONNECT", "arn:aws:iot:us-west-2:999999999999:client/lamp"), 400, `*`},
		{ask(lamp, "", "DANCE", "ARN:client/lamp"), 400, `*`},
		{`POST /test-authorization {"principal":"` + cert + `","authInfos":[{"resources":["ARN:client/lamp"]}]}`, 400, `InvalidRequestException: authInfos: actionType is missing.`},
		{`POST /test-authorization {"principal":"` + cert + `","authInfos":[{"actionType":"CONNECT","resources":[]}]}`, 400, `*`},
		{`POST /test-authorization {"principal":"` + cert + `","authInfos":[]}`, 400, `*`},
		{`POST /test-authorization {"principal":"ARN:cert/` + unknownID + `","authInfos":[{"actionType":"CONNECT","resources":["ARN:client/lamp"]}]}`, 404, `*`},
	} {
		e.expect(x)
	}
}

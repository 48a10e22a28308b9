package control

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"vedette/api"
)

// permissionTable says what each operation is about: the resources that a caller
// must be allowed to use it on. KIND/{MEMBER} is the resource of that kind that a
// member of the input names, {MEMBER} the one whose ARN it is; a list names several.
// Members that a request leaves out name nothing. An operation, or a request, about
// no resource asks for leave on *.
//
// Wherever AWS's reference has resources for an operation, these are the same. Some
// of the others name more here, which policies for AWS, having "*" there, allow.
//
// The action of an operation has its name, with vedette: in front of Vedette's own.
// Where those show what an operation of AWS shows, the row names the action of that
// one. A free operation needs none.
const permissionTable = `
AddThingToThingGroup                   thing/{thingName} {thingArn} thinggroup/{thingGroupName} {thingGroupArn}
AttachPolicy                           {target}
AttachSecurityProfile                  securityprofile/{securityProfileName} {securityProfileTargetArn}
AttachThingPrincipal                   thing/{thingName} {principal}
CancelAuditMitigationActionsTask
CancelAuditTask
CancelDetectMitigationActionsTask
CountViolationEvents                   iot:ListViolationEvents thing/{thingName} securityprofile/{securityProfileName} thinggroup/{thingGroupName}
CreateAccessKey
CreateAuditSuppression
CreateCertificateFromCsr
CreateCustomMetric                     custommetric/{metricName}
CreateDimension                        dimension/{name}
CreateKeysAndCertificate
CreateMitigationAction                 mitigationaction/{actionName}
CreatePolicy                           policy/{policyName}
CreatePolicyVersion                    policy/{policyName}
CreateScheduledAudit                   scheduledaudit/{scheduledAuditName}
CreateSecurityProfile                  securityprofile/{securityProfileName}
CreateSession                          free
CreateThing                            thing/{thingName}
CreateThingGroup                       thinggroup/{thingGroupName}
CreateThingType                        thingtype/{thingTypeName}
DeleteAccessKey
DeleteAccountAuditConfiguration
DeleteAuditSuppression
DeleteCACertificate                    cacert/{certificateId}
DeleteCertificate                      cert/{certificateId}
DeleteCustomMetric                     custommetric/{metricName}
DeleteDimension                        dimension/{name}
DeleteMitigationAction                 mitigationaction/{actionName}
DeletePolicy                           policy/{policyName}
DeletePolicyVersion                    policy/{policyName}
DeleteScheduledAudit                   scheduledaudit/{scheduledAuditName}
DeleteSecurityProfile                  securityprofile/{securityProfileName}
DeleteSession                          free
DeleteThing                            thing/{thingName}
DeleteThingGroup                       thinggroup/{thingGroupName}
DeleteThingType                        thingtype/{thingTypeName}
DeprecateThingType                     thingtype/{thingTypeName}
DescribeAccountAuditConfiguration
DescribeAuditFinding
DescribeAuditMitigationActionsTask
DescribeAuditSuppression
DescribeAuditTask
DescribeCACertificate                  cacert/{certificateId}
DescribeCertificate                    cert/{certificateId}
DescribeCustomMetric                   custommetric/{metricName}
DescribeDeployment
DescribeDetectMitigationActionsTask
DescribeDimension                      dimension/{name}
DescribeEndpoint
DescribeMitigationAction               mitigationaction/{actionName}
DescribeScheduledAudit                 scheduledaudit/{scheduledAuditName}
DescribeSecurityProfile                securityprofile/{securityProfileName}
DescribeSignIn                         free
DescribeThing                          thing/{thingName}
DescribeThingGroup                     thinggroup/{thingGroupName}
DescribeThingType                      thingtype/{thingTypeName}
DetachPolicy                           {target}
DetachSecurityProfile                  securityprofile/{securityProfileName} {securityProfileTargetArn}
DetachThingPrincipal                   thing/{thingName} {principal}
GetBehaviorModelTrainingSummaries      securityprofile/{securityProfileName}
GetDistribution                        thinggroup/{thingGroupName}
GetEffectivePolicies                   {principal}
GetMetricValues                        iot:ListMetricValues thing/{thingName}
GetOverview
GetPolicy                              policy/{policyName}
GetPolicyVersion                       policy/{policyName}
GetRegistrationCode
GetSession                             free
GetSuggestions                         thinggroup/{thingGroupName}
GetThing                               thing/{thingName}
GetViolation                           iot:ListActiveViolations
ListAcceptedReports                    thing/{thingName}
ListAccessKeys
ListActiveViolations                   thing/{thingName} securityprofile/{securityProfileName}
ListAttachedPolicies                   {target}
ListAuditFindings
ListAuditMitigationActionsExecutions
ListAuditMitigationActionsTasks
ListAuditSuppressions
ListAuditTasks
ListCACertificates
ListCertificates
ListCertificatesByCA                   cacert/{caCertificateId}
ListCustomMetrics
ListDetectMitigationActionsExecutions
ListDetectMitigationActionsTasks
ListDimensions
ListMetricValues                       thing/{thingName}
ListMitigationActions
ListPolicies
ListPolicyVersions                     policy/{policyName}
ListPrincipalThings                    {principal}
ListRelatedResourcesForAuditFinding
ListReportRejections                   thing/{thingName}
ListScheduledAudits
ListSecurityProfiles                   dimension/{dimensionName} custommetric/{metricName}
ListSecurityProfilesForTarget          {securityProfileTargetArn}
ListTagsForResource                    {resourceArn}
ListTargetsForPolicy                   policy/{policyName}
ListTargetsForSecurityProfile          securityprofile/{securityProfileName}
ListThingGroups
ListThingGroupsForThing                thing/{thingName}
ListThingPrincipals                    thing/{thingName}
ListThingTypes
ListThings
ListThingsInThingGroup                 thinggroup/{thingGroupName}
ListThresholds                         iot:DescribeSecurityProfile securityprofile/{profile}
ListViolationEvents                    thing/{thingName} securityprofile/{securityProfileName}
MatchDimension                         iot:DescribeDimension dimension/{dimensionName}
PutVerificationStateOnViolation
RegisterCACertificate
RegisterCertificate
RegisterCertificateWithoutCA
RemoveThingFromThingGroup              thing/{thingName} {thingArn} thinggroup/{thingGroupName} {thingGroupArn}
SearchThings                           iot:ListThings thinggroup/{thingGroupName}
SearchViolationEvents                  iot:ListViolationEvents thing/{thingName} securityprofile/{securityProfileName} thinggroup/{thingGroupName}
SearchViolations                       iot:ListActiveViolations thing/{thingName} securityprofile/{securityProfileName} thinggroup/{thingGroupName}
SetDefaultPolicyVersion                policy/{policyName}
StartAuditMitigationActionsTask
StartDetectMitigationActionsTask
StartOnDemandAuditTask
TagResource                            {resourceArn}
TestAuthorization                      {principal}
UntagResource                          {resourceArn}
UpdateAccessKey
UpdateAccountAuditConfiguration
UpdateAuditSuppression
UpdateCACertificate                    cacert/{certificateId}
UpdateCertificate                      cert/{certificateId}
UpdateCustomMetric                     custommetric/{metricName}
UpdateDimension                        dimension/{name}
UpdateMitigationAction                 mitigationaction/{actionName}
UpdateScheduledAudit                   scheduledaudit/{scheduledAuditName}
UpdateSecurityProfile                  securityprofile/{securityProfileName}
UpdateThing                            thing/{thingName}
UpdateThingGroup                       thinggroup/{thingGroupName}
UpdateThingGroupsForThing              thing/{thingName} thinggroup/{thingGroupsToAdd} thinggroup/{thingGroupsToRemove}
ValidateSecurityProfileBehaviors
WatchLive
`

// permission is what a caller needs for an operation.
type permission struct {
	action    string // iot:CreateThing; empty: free
	resources []member
	tags      int // the member with the tags to put on, or their keys; -1: none
}

// free is said of operations that nobody needs leave for.
const free = "free"

// member is a member of an input that names resources.
type member struct {
	index int
	kind  api.ARNKind // empty: its values are ARNs
}

// newPermissions reads the table. It panics where that does not fit the model,
// which is a mistake in the program.
func newPermissions() map[*api.Operation]permission {
	rows := map[string][]string{}
	for line := range strings.Lines(permissionTable) {
		if words := strings.Fields(line); len(words) > 0 {
			rows[words[0]] = words[1:]
		}
	}
	all := map[*api.Operation]permission{}
	for _, op := range slices.Concat(api.Operations(), OwnOperations()) {
		words, ok := rows[op.Name]
		if !ok {
			panic("control: no permission is said for " + op.Name)
		}
		p := permission{action: "iot:" + op.Name, tags: -1}
		if slices.Contains(OwnOperations(), op) {
			p.action = "vedette:" + op.Name
		}
		for _, word := range words {
			if word == free {
				p.action = ""
				continue
			}
			if strings.Contains(word, ":") {
				p.action = word
				continue
			}
			kind, name, _ := strings.Cut(strings.TrimSuffix(word, "}"), "{")
			i := memberIndex(op, name)
			if i < 0 {
				panic(fmt.Sprintf("control: %s has no member %s", op.Name, name))
			}
			p.resources = append(p.resources, member{i, api.ARNKind(strings.TrimSuffix(kind, "/"))})
		}
		for _, name := range []string{"tags", "tagKeys"} {
			p.tags = max(p.tags, memberIndex(op, name))
		}
		all[op] = p
		delete(rows, op.Name)
	}
	for name := range rows {
		panic("control: a permission is said for " + name + ", which is no operation")
	}
	return all
}

func memberIndex(op *api.Operation, name string) int {
	return slices.IndexFunc(op.Input.Members, func(m api.Member) bool { return m.Name == name })
}

// names returns what the request says in the member.
func (m member) names(in reflect.Value) []string {
	switch v := in.Field(m.index).Interface().(type) {
	case *string:
		if v != nil {
			return []string{*v}
		}
	case []string:
		return v
	}
	return nil
}

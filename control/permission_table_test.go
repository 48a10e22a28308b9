package control

import (
	"slices"
	"testing"

	"vedette/api"
	"vedette/principal/policy"
)

// TestEveryActionCanBeNamed: a policy may name the action that an operation needs.
func TestEveryActionCanBeNamed(t *testing.T) {
	for op, p := range newPermissions() {
		if p.action == "" {
			continue
		}
		document := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + p.action + `","Resource":"*"}}`
		if _, err := policy.Parse(document, policy.Options{Profile: policy.AccessKey}); err != nil {
			t.Errorf("%s: %v", op.Name, err)
		}
	}
}

// TestPermissionTable: every operation has a permission that asks for the resources
// that its input names.
func TestPermissionTable(t *testing.T) {
	kinds := map[string]api.ARNKind{
		"thingName": api.ARNThing, "thingGroupName": api.ARNThingGroup, "securityProfileName": api.ARNSecurityProfile, "policyName": api.ARNPolicy,
		"actionName": api.ARNMitigationAction, "scheduledAuditName": api.ARNScheduledAudit, "caCertificateId": api.ARNCACertificate,
		"thingArn": "", "thingGroupArn": "", "principal": "", "target": "", "resourceArn": "", "securityProfileTargetArn": "",
	}
	// What AWS's reference leaves out.
	free := []string{
		"AttachPolicy policyName", "DetachPolicy policyName", "GetEffectivePolicies thingName", "ListDetectMitigationActionsExecutions thingName",
		"StartAuditMitigationActionsTask target", "StartDetectMitigationActionsTask target", // no ARNs
		"WatchLive thingName",      // it shows alarms of all things
		"MatchDimension thingName", // it stands for a variable
	}
	all := newPermissions()
	for _, op := range slices.Concat(api.Operations(), OwnOperations()) {
		p, ok := all[op]
		if !ok {
			t.Errorf("%s has no permission", op.Name)
		}
		for i, m := range op.Input.Members {
			kind, names := kinds[m.Name]
			said := slices.Contains(p.resources, member{i, kind})
			if exempt := slices.Contains(free, op.Name+" "+m.Name); names && said == exempt {
				t.Errorf("%s: %s is asked for: %t", op.Name, m.Name, said)
			}
		}
	}
	if own, profile := all[listThresholds], all[api.DescribeSecurityProfile]; own.action != profile.action || own.resources[0].kind != profile.resources[0].kind {
		t.Errorf("thresholds: got %+v, want what the profile needs, %+v", own, profile)
	}
	if own := all[listReportRejections]; own.action != "vedette:ListReportRejections" {
		t.Errorf("got %+v", own)
	}
}

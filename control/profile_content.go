package control

import (
	"strings"

	"vedette/api"
	"vedette/detect"
	"vedette/gateway"
	"vedette/store"
)

// profileContent is what a call says of a profile's content. Empty members are
// not given (U77a).
type profileContent struct {
	description  *string
	behaviors    []api.Behavior
	alertTargets map[api.AlertTargetType]api.AlertTarget
	retain       []api.MetricToRetain // both forms merged
	export       *api.MetricsExportConfig
}

func contentOfCreate(in *api.CreateSecurityProfileRequest) profileContent {
	return profileContent{
		description: in.SecurityProfileDescription, behaviors: in.Behaviors, alertTargets: in.AlertTargets,
		retain: mergeRetained(in.AdditionalMetricsToRetainV2, in.AdditionalMetricsToRetain),
		export: in.MetricsExportConfig,
	}
}

func contentOfUpdate(in *api.UpdateSecurityProfileRequest) profileContent {
	return profileContent{
		description: in.SecurityProfileDescription, behaviors: in.Behaviors, alertTargets: in.AlertTargets,
		retain: mergeRetained(in.AdditionalMetricsToRetainV2, in.AdditionalMetricsToRetain),
		export: in.MetricsExportConfig,
	}
}

// checkDeletions refuses a part that is given and deleted in one call.
func (c profileContent) checkDeletions(in *api.UpdateSecurityProfileRequest) error {
	for _, part := range []struct {
		deleted *bool
		given   bool
		flag    string
		member  string
	}{
		{in.DeleteBehaviors, len(c.behaviors) > 0, "deleteBehaviors", "behaviors"},
		{in.DeleteAlertTargets, len(c.alertTargets) > 0, "deleteAlertTargets", "alertTargets"},
		{in.DeleteAdditionalMetricsToRetain, len(c.retain) > 0, "deleteAdditionalMetricsToRetain", "additionalMetricsToRetain"},
		{in.DeleteMetricsExportConfig, c.export != nil, "deleteMetricsExportConfig", "metricsExportConfig"},
	} {
		if api.Value(part.deleted) && part.given {
			return api.InvalidRequest("%s cannot be true when %s is given.", part.flag, part.member)
		}
	}
	return nil
}

// deleteParts takes away the parts of p whose flags are set.
func deleteParts(p *store.Profile, in *api.UpdateSecurityProfileRequest) {
	if api.Value(in.DeleteBehaviors) {
		p.Behaviors = nil
	}
	if api.Value(in.DeleteAlertTargets) {
		p.AlertTargets = nil
	}
	if api.Value(in.DeleteAdditionalMetricsToRetain) {
		p.Retain = nil
	}
	if api.Value(in.DeleteMetricsExportConfig) {
		p.Export = nil
	}
}

// apply checks the parts that are given and puts them into p.
func (c profileContent) apply(tx *store.Tx, p *store.Profile) error {
	known, err := readCatalog(tx)
	if err != nil {
		return err
	}
	if c.description != nil {
		p.Description = c.description
	}
	if len(c.behaviors) > 0 {
		if faults := detect.Validate(c.behaviors, known); len(faults) > 0 {
			return api.InvalidRequest("%s", faults[0].Error())
		}
		p.Behaviors = c.behaviors
	}
	if len(c.alertTargets) > 0 {
		for _, target := range c.alertTargets {
			if err := checkAlertTarget(target); err != nil {
				return err
			}
		}
		p.AlertTargets = c.alertTargets
	}
	if len(c.retain) > 0 {
		for i := range c.retain {
			if err := known.checkRetained(&c.retain[i]); err != nil {
				return err
			}
		}
		p.Retain = c.retain
	}
	if c.export != nil {
		if err := checkRole("metricsExportConfig.roleArn", c.export.RoleArn); err != nil {
			return err
		}
		if topic := api.Value(c.export.MqttTopic); !gateway.Exportable(topic) {
			return api.InvalidRequest("metricsExportConfig.mqttTopic: nothing can be published to %s: give a topic without wildcards that does not begin with $, or $aws/rules/NAME.", topic)
		}
		p.Export = c.export
	}
	return nil
}

// checkAlertTarget refuses what is no SNS topic or no role.
func checkAlertTarget(t api.AlertTarget) error {
	topic, err := api.ParseARN(api.Value(t.AlertTargetArn))
	if err != nil || topic.Service != "sns" || topic.Region == "" || topic.Account == "" {
		return api.InvalidRequest("alertTargets: %s is not the ARN of an SNS topic.", api.Value(t.AlertTargetArn))
	}
	return checkRole("alertTargets.roleArn", t.RoleArn)
}

func checkRole(member string, roleARN *string) error {
	role, err := api.ParseARN(api.Value(roleARN))
	if err != nil || role.Service != "iam" || !strings.HasPrefix(role.Resource, "role/") {
		return api.InvalidRequest("%s: %s is not the ARN of an IAM role.", member, api.Value(roleARN))
	}
	return nil
}

// mergeRetained returns one list of both forms of metrics to retain; the newer
// form wins where both name a metric without a dimension (U6).
func mergeRetained(entries []api.MetricToRetain, names []string) []api.MetricToRetain {
	type key struct {
		metric, dimension string
		operator          api.DimensionValueOperator
	}
	var merged []api.MetricToRetain
	seen := make(map[key]bool)
	add := func(m api.MetricToRetain) {
		k := key{metric: api.Value(m.Metric)}
		if d := m.MetricDimension; d != nil {
			k.dimension, k.operator = api.Value(d.DimensionName), api.DimensionValueOperatorIn
			if d.Operator != nil {
				k.operator = *d.Operator
			}
		}
		if !seen[k] {
			seen[k] = true
			merged = append(merged, m)
		}
	}
	for _, m := range entries {
		add(m)
	}
	for i := range names {
		add(api.MetricToRetain{Metric: &names[i]})
	}
	return merged
}

// plainMetrics returns the older form of a list of metrics to retain: the names
// of those without a dimension.
func plainMetrics(retain []api.MetricToRetain) []string {
	var names []string
	for _, m := range retain {
		if m.MetricDimension == nil {
			names = append(names, api.Value(m.Metric))
		}
	}
	return names
}

package control

import "vedette/api"

// OwnOperations lists Vedette's own operations, below /vedette/v1: for the permission
// table, and for what generates clients from their descriptions.
func OwnOperations() []*api.Operation {
	return []*api.Operation{
		listReportRejections,
		listThresholds,
		getSuggestions,

		getOverview,
		searchViolations,
		getViolation,
		searchViolationEvents,
		countViolationEvents,
		watchLive,
		describeSignIn,
		createSession,
		getSession,
		deleteSession,
		describeDeployment,
		listAccessKeys,
		createAccessKey,
		updateAccessKey,
		deleteAccessKey,

		searchThings,
		getThing,
		listAcceptedReports,
		getMetricValues,
		getDistribution,
		matchDimension,
	}
}

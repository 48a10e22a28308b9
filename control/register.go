package control

import (
	"vedette/api"
	"vedette/restjson"
)

// Register binds every operation that s implements.
func (s *Service) Register(srv *restjson.Server) {
	s.registerProfiles(srv)
	s.registerRegistry(srv)
	s.registerCertificates(srv)
	s.registerPolicies(srv)

	restjson.Handle(srv, api.DescribeEndpoint, s.DescribeEndpoint)

	restjson.Handle(srv, api.ListActiveViolations, s.ListActiveViolations)
	restjson.Handle(srv, api.ListViolationEvents, s.ListViolationEvents)
	restjson.Handle(srv, api.ListMetricValues, s.ListMetricValues)
	restjson.Handle(srv, api.PutVerificationStateOnViolation, s.PutVerificationStateOnViolation)

	restjson.Handle(srv, api.TagResource, s.TagResource)
	restjson.Handle(srv, api.UntagResource, s.UntagResource)
	restjson.Handle(srv, api.ListTagsForResource, s.ListTagsForResource)

	s.registerOwn(srv)
}

// registerOwn binds Vedette's own operations.
func (s *Service) registerOwn(srv *restjson.Server) {
	restjson.Handle(srv, searchViolations, s.SearchViolations)
	restjson.Handle(srv, getViolation, s.GetViolation)
	restjson.Handle(srv, searchViolationEvents, s.SearchViolationEvents)
	restjson.Handle(srv, countViolationEvents, s.CountViolationEvents)
	restjson.Handle(srv, getOverview, s.GetOverview)
	if s.opts.Watch != nil {
		restjson.HandleStream(srv, watchLive, s.opts.Watch)
	}

	restjson.Handle(srv, listReportRejections, s.ListReportRejections)
	restjson.Handle(srv, listThresholds, s.ListThresholds)
	restjson.Handle(srv, getSuggestions, s.GetSuggestions)

	restjson.Handle(srv, describeSignIn, s.DescribeSignIn)
	restjson.Handle(srv, createSession, s.CreateSession)
	restjson.Handle(srv, getSession, s.GetSession)
	restjson.Handle(srv, deleteSession, s.DeleteSession)
	restjson.Handle(srv, describeDeployment, s.DescribeDeployment)
	restjson.Handle(srv, listAccessKeys, s.ListAccessKeys)
	restjson.Handle(srv, createAccessKey, s.CreateAccessKey)
	restjson.Handle(srv, updateAccessKey, s.UpdateAccessKey)
	restjson.Handle(srv, deleteAccessKey, s.DeleteAccessKey)

	restjson.Handle(srv, searchThings, s.SearchThings)
	restjson.Handle(srv, getThing, s.GetThing)
	restjson.Handle(srv, listAcceptedReports, s.ListAcceptedReports)
	restjson.Handle(srv, getMetricValues, s.GetMetricValues)
	restjson.Handle(srv, getDistribution, s.GetDistribution)
	restjson.Handle(srv, matchDimension, s.MatchDimension)
}

// registerProfiles binds security profiles and what their behaviors refer to.
func (s *Service) registerProfiles(srv *restjson.Server) {
	restjson.Handle(srv, api.CreateSecurityProfile, s.CreateSecurityProfile)
	restjson.Handle(srv, api.UpdateSecurityProfile, s.UpdateSecurityProfile)
	restjson.Handle(srv, api.DescribeSecurityProfile, s.DescribeSecurityProfile)
	restjson.Handle(srv, api.DeleteSecurityProfile, s.DeleteSecurityProfile)
	restjson.Handle(srv, api.ListSecurityProfiles, s.ListSecurityProfiles)
	restjson.Handle(srv, api.ValidateSecurityProfileBehaviors, s.ValidateSecurityProfileBehaviors)

	restjson.Handle(srv, api.AttachSecurityProfile, s.AttachSecurityProfile)
	restjson.Handle(srv, api.DetachSecurityProfile, s.DetachSecurityProfile)
	restjson.Handle(srv, api.ListTargetsForSecurityProfile, s.ListTargetsForSecurityProfile)
	restjson.Handle(srv, api.ListSecurityProfilesForTarget, s.ListSecurityProfilesForTarget)

	restjson.Handle(srv, api.CreateDimension, s.CreateDimension)
	restjson.Handle(srv, api.UpdateDimension, s.UpdateDimension)
	restjson.Handle(srv, api.DescribeDimension, s.DescribeDimension)
	restjson.Handle(srv, api.DeleteDimension, s.DeleteDimension)
	restjson.Handle(srv, api.ListDimensions, s.ListDimensions)

	restjson.Handle(srv, api.CreateCustomMetric, s.CreateCustomMetric)
	restjson.Handle(srv, api.UpdateCustomMetric, s.UpdateCustomMetric)
	restjson.Handle(srv, api.DescribeCustomMetric, s.DescribeCustomMetric)
	restjson.Handle(srv, api.DeleteCustomMetric, s.DeleteCustomMetric)
	restjson.Handle(srv, api.ListCustomMetrics, s.ListCustomMetrics)
}

// registerRegistry binds things, their types and their groups.
func (s *Service) registerRegistry(srv *restjson.Server) {
	restjson.Handle(srv, api.CreateThing, s.CreateThing)
	restjson.Handle(srv, api.UpdateThing, s.UpdateThing)
	restjson.Handle(srv, api.DescribeThing, s.DescribeThing)
	restjson.Handle(srv, api.DeleteThing, s.DeleteThing)
	restjson.Handle(srv, api.ListThings, s.ListThings)

	restjson.Handle(srv, api.CreateThingType, s.CreateThingType)
	restjson.Handle(srv, api.DescribeThingType, s.DescribeThingType)
	restjson.Handle(srv, api.ListThingTypes, s.ListThingTypes)
	restjson.Handle(srv, api.DeprecateThingType, s.DeprecateThingType)
	restjson.Handle(srv, api.DeleteThingType, s.DeleteThingType)

	restjson.Handle(srv, api.CreateThingGroup, s.CreateThingGroup)
	restjson.Handle(srv, api.UpdateThingGroup, s.UpdateThingGroup)
	restjson.Handle(srv, api.DescribeThingGroup, s.DescribeThingGroup)
	restjson.Handle(srv, api.DeleteThingGroup, s.DeleteThingGroup)
	restjson.Handle(srv, api.ListThingGroups, s.ListThingGroups)

	restjson.Handle(srv, api.AddThingToThingGroup, s.AddThingToThingGroup)
	restjson.Handle(srv, api.RemoveThingFromThingGroup, s.RemoveThingFromThingGroup)
	restjson.Handle(srv, api.UpdateThingGroupsForThing, s.UpdateThingGroupsForThing)
	restjson.Handle(srv, api.ListThingsInThingGroup, s.ListThingsInThingGroup)
	restjson.Handle(srv, api.ListThingGroupsForThing, s.ListThingGroupsForThing)
}

// registerCertificates binds certificates, their CAs and the things they belong to.
func (s *Service) registerCertificates(srv *restjson.Server) {
	if s.opts.Authority != nil {
		restjson.Handle(srv, api.CreateKeysAndCertificate, s.CreateKeysAndCertificate)
		restjson.Handle(srv, api.CreateCertificateFromCsr, s.CreateCertificateFromCsr)
	}
	restjson.Handle(srv, api.RegisterCertificate, s.RegisterCertificate)
	restjson.Handle(srv, api.RegisterCertificateWithoutCA, s.RegisterCertificateWithoutCA)

	restjson.Handle(srv, api.DescribeCertificate, s.DescribeCertificate)
	restjson.Handle(srv, api.UpdateCertificate, s.UpdateCertificate)
	restjson.Handle(srv, api.DeleteCertificate, s.DeleteCertificate)
	restjson.Handle(srv, api.ListCertificates, s.ListCertificates)
	restjson.Handle(srv, api.ListCertificatesByCA, s.ListCertificatesByCA)

	restjson.Handle(srv, api.GetRegistrationCode, s.GetRegistrationCode)
	restjson.Handle(srv, api.RegisterCACertificate, s.RegisterCACertificate)
	restjson.Handle(srv, api.DescribeCACertificate, s.DescribeCACertificate)
	restjson.Handle(srv, api.UpdateCACertificate, s.UpdateCACertificate)
	restjson.Handle(srv, api.DeleteCACertificate, s.DeleteCACertificate)
	restjson.Handle(srv, api.ListCACertificates, s.ListCACertificates)

	restjson.Handle(srv, api.AttachThingPrincipal, s.AttachThingPrincipal)
	restjson.Handle(srv, api.DetachThingPrincipal, s.DetachThingPrincipal)
	restjson.Handle(srv, api.ListThingPrincipals, s.ListThingPrincipals)
	restjson.Handle(srv, api.ListPrincipalThings, s.ListPrincipalThings)
}

// registerPolicies binds policies and what they decide.
func (s *Service) registerPolicies(srv *restjson.Server) {
	restjson.Handle(srv, api.CreatePolicy, s.CreatePolicy)
	restjson.Handle(srv, api.GetPolicy, s.GetPolicy)
	restjson.Handle(srv, api.DeletePolicy, s.DeletePolicy)
	restjson.Handle(srv, api.ListPolicies, s.ListPolicies)

	restjson.Handle(srv, api.CreatePolicyVersion, s.CreatePolicyVersion)
	restjson.Handle(srv, api.GetPolicyVersion, s.GetPolicyVersion)
	restjson.Handle(srv, api.ListPolicyVersions, s.ListPolicyVersions)
	restjson.Handle(srv, api.SetDefaultPolicyVersion, s.SetDefaultPolicyVersion)
	restjson.Handle(srv, api.DeletePolicyVersion, s.DeletePolicyVersion)

	restjson.Handle(srv, api.AttachPolicy, s.AttachPolicy)
	restjson.Handle(srv, api.DetachPolicy, s.DetachPolicy)
	restjson.Handle(srv, api.ListAttachedPolicies, s.ListAttachedPolicies)
	restjson.Handle(srv, api.ListTargetsForPolicy, s.ListTargetsForPolicy)

	restjson.Handle(srv, api.GetEffectivePolicies, s.GetEffectivePolicies)
	restjson.Handle(srv, api.TestAuthorization, s.TestAuthorization)
}

// Package help renders the manual pages of `vedette iot`: of the service and of
// each of its operations. The words come from api.Help, all else from the API
// model, in the sections and the order of AWS CLI's pages.
package help

// Package settings decides, as AWS CLI v2 does, what global options, the
// environment and the configuration and credentials files say about a request
// before it is sent: profile, Region, endpoint, credentials, retries, formats,
// proxies, certificate authorities. It also sends requests accordingly.
//
// A command passes through it in steps, because the first thing that is wrong is
// the one that is told. In the order of AWS CLI:
//
//  1. Read, before the arguments are looked at: a configuration or credentials file
//     that is not understood (255). Even --version fails then.
//  2. Files.AutoPrompt, if neither option for it was given.
//  3. Usage of the global options, and --query, are the caller's (252).
//  4. Files.Settings: --endpoint-url without a scheme (252) or with a bad address,
//     --cli-read-timeout, then --cli-connect-timeout, that is no integer (255). Then
//     cli_timestamp_format (253), cli_binary_format (255) and how EC2's metadata
//     service is asked (255). A profile that does not exist is no error yet.
//  5. Operation, its options and its parameters are the caller's (252, 255);
//     --generate-cli-skeleton ends here, and needs no more.
//  6. Settings.Client: a Region that cannot be one (255); a profile that does not
//     exist (255; before the Region, if that would be the profile's); half a key, a
//     credential_process that fails, a role, web identity or SSO setting that cannot
//     work (255, also with --no-sign-request); services section that does not
//     exist (255); no Region (253, also with --endpoint-url); an endpoint of a kind
//     that the partition does not have; max_attempts, retry_mode, S3 addressing style;
//     an endpoint that is no URL; a timeout below zero (all 255).
//  7. Validation of the parameters is the caller's (252).
//  8. Client.Credentials, unless --no-sign-request: none found (253), a role or token
//     that cannot be had (254 if a service said so, else 255).
//  9. The request: RequestError words what can go wrong (255).
//  10. Settings.Output: an unknown format of the environment or profile (255), once
//     there is an answer to print. Settings.Pager, if the output is a terminal.
//
// Variables that are set to nothing count as set, as they do there, except where
// this says otherwise.
//
// Beyond AWS CLI 2.9.19 there are AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_IOT,
// endpoint_url and services sections, endpoints with IPv6 addresses, and Local: the
// Vedette of the data directory.
//
// Nothing here reads the process's environment, but for the SDK that fetches
// credentials of roles and logins.
package settings

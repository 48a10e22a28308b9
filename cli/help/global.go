package help

// global is an option of the command line itself.
type global struct {
	name, kind string
	text       string
	choices    []string
}

// globals returns the options that every command has, in the order of AWS CLI.
func globals() []global {
	return []global{
		{"--debug", "boolean", "Tells on the standard error what is done: settings, requests and answers.", nil},
		{"--endpoint-url", "string", "The URL that requests go to, in place of the usual one.", nil},
		{"--no-verify-ssl", "boolean", "Does not check the certificate of the server.", nil},
		{"--no-paginate", "boolean", "Asks for one page only, where a list has several.", nil},
		{"--output", "string", "The form of the output.", []string{"json", "text", "table", "yaml", "yaml-stream"}},
		{"--query", "string", "A JMESPath expression: what of the answer is printed.", nil},
		{"--profile", "string", "The profile of the files config and credentials that is used.", nil},
		{"--region", "string", "The Region. It goes before AWS_REGION and before that of the profile.", nil},
		{"--version", "boolean", "Prints the version, and does nothing else.", nil},
		{"--color", "string", "Whether output is in color; auto, which is the default: on a terminal.", []string{"on", "off", "auto"}},
		{"--no-sign-request", "boolean", "Sends requests without a signature; no credentials are needed.", nil},
		{"--ca-bundle", "string", "A file with the CA certificates (PEM) that the certificate of the server is checked by.", nil},
		{"--cli-read-timeout", "int", "How many seconds to wait for the server to send something; 60 if it is not given, 0 waits for ever.", nil},
		{"--cli-connect-timeout", "int", "How many seconds to wait for a connection; 60 if it is not given, 0 waits for ever.", nil},
		{"--cli-binary-format", "string", "How binary values are given: as base64 text, which is the default, or as they are. " +
			"What fileb:// reads from a file is always taken as it is.", []string{"base64", "raw-in-base64-out"}},
		{"--no-cli-pager", "boolean", "Prints without a pager.", nil},
		{"--cli-auto-prompt", "boolean", "Asks for the command and its options on the screen, and completes them.", nil},
		{"--no-cli-auto-prompt", "boolean", "Does not ask, whatever the settings say.", nil},
	}
}

func (p *page) globalOptions() {
	p.heading("GLOBAL OPTIONS")
	for i, g := range globals() {
		if i > 0 {
			p.gap()
		}
		p.paragraph(body, g.name+" ("+g.kind+")", g.name)
		p.paragraph(body+step, g.text)
		if len(g.choices) > 0 {
			p.choices(body+step, "Possible values:", g.choices)
		}
	}
}

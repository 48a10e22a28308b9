package help

import (
	"io"
	"slices"
	"strings"

	"vedette/api"
	"vedette/cli/name"
)

// Service writes the page of `vedette iot help`: what the command is, and its
// commands. Width is in columns, 80 if it is not positive; bold asks for ANSI
// codes, which only a terminal understands.
func Service(w io.Writer, width int, bold bool) error {
	p := newPage(width, bold)
	p.heading("NAME")
	p.paragraph(body, "iot - the API of AWS IoT on the command line", "iot")

	p.heading("DESCRIPTION")
	p.welcome(body)

	p.heading("AVAILABLE COMMANDS")
	for _, c := range commands() {
		p.bullet(body, c.name, c.name)
		p.paragraph(body+len("o "), c.text)
	}
	return p.write(w)
}

// welcome says what the command line is for and where requests go.
func (p *page) welcome(indent int) {
	p.paragraph(indent, "Watches a fleet of devices: security profiles say what is normal, and a device that leaves it is in violation. "+
		"Commands, options and output are those of AWS CLI.")
	p.gap()
	p.paragraph(indent, "Requests go where --endpoint-url, AWS_ENDPOINT_URL_IOT or AWS_ENDPOINT_URL says; without these, "+
		"to the Vedette that runs with the data directory VEDETTE_DATA_DIR (or ./vedette-data), or else to AWS.", "--endpoint-url")
	p.gap()
	p.paragraph(indent, "vedette iot COMMAND help explains a command and its options, the global ones too. "+
		"vedette iot COMMAND --generate-cli-skeleton prints its input to be filled in.", "--generate-cli-skeleton")
}

type entry struct{ name, text string }

// commands returns what can follow `vedette iot`, sorted. AWS CLI keeps
// deprecated operations out of its list, though they work.
func commands() []entry {
	all := []entry{{"help", "Shows this page or, behind a command, the page of that command."}}
	for _, op := range api.AllOperations() {
		if !op.Deprecated {
			all = append(all, entry{name.Command(op.Name), api.Help(op.Name)})
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return all
}

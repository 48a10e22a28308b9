package help

import (
	_ "embed"
	"strings"

	"vedette/api"
)

//go:embed examples.txt
var examplesText string

// examples shows command lines to learn from, if examples.txt has any.
func (p *page) examples(op *api.Operation) {
	_, block, found := strings.Cut(examplesText, "\n\n"+op.Name+"\n")
	if !found {
		return
	}
	block, _, _ = strings.Cut(block, "\n\n")
	p.heading("EXAMPLES")
	inCode, first := false, true
	for line := range strings.Lines(block) {
		typed, isCode := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "  ")
		if !first && !(isCode && inCode) {
			p.gap()
		}
		if isCode {
			p.code(body+step, typed)
		} else {
			p.paragraph(body, typed)
		}
		inCode, first = isCode, false
	}
}

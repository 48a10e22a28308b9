package cli

import (
	"bytes"
	"io"

	"vedette/cli/output"
)

// page shows a help page: on a terminal in a pager, with bold words.
func (p *Program) page(write func(w io.Writer, width int, bold bool) error) error {
	var b bytes.Buffer
	if err := write(&b, min(p.Screen.Width, 100), p.Screen.Terminal); err != nil {
		return err
	}
	if !p.Screen.Terminal {
		_, err := p.Screen.Out.Write(b.Bytes())
		return err
	}
	pager, err := output.NewPager(p.helpPager(), p.System.Environ, p.Screen.Out, p.Stderr)
	if err != nil {
		return err
	}
	_, err = pager.Write(b.Bytes())
	if closeErr := pager.Close(); err == nil {
		err = closeErr
	}
	return err
}

// helpPager returns the pager of help pages, which keeps bold words bold.
func (p *Program) helpPager() string {
	for _, variable := range []string{"MANPAGER", "PAGER"} {
		if pager := p.getenv(variable); pager != "" {
			return pager
		}
	}
	return "less -R"
}

package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostEntries bounds the entries of a folder that are shown.
const mostEntries = 1000

// fileScheme returns the scheme of a value that names a file to be read, or "".
func fileScheme(value string) string {
	for _, scheme := range []string{"file://", "fileb://"} {
		if strings.HasPrefix(value, scheme) {
			return scheme
		}
	}
	return ""
}

// addFiles adds the files and folders that a path behind a scheme can go on with.
// Hidden ones need their dot.
func (e *Engine) addFiles(s *set, scheme string) {
	path := strings.TrimPrefix(s.fragment, scheme)
	folder, base := filepath.Split(path)
	if path == "~" {
		folder, base = "", "~"
		s.add(Candidate{Label: "~/", Text: s.prefix + scheme + "~/", Kind: File, Open: true})
	}
	s.prefix, s.fragment = s.prefix+scheme+folder, base
	for _, entry := range e.entries(folder) {
		label := entry.Name()
		if strings.HasPrefix(label, ".") != strings.HasPrefix(base, ".") {
			continue
		}
		isFolder := entry.IsDir()
		if entry.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(e.path(folder), label))
			isFolder = err == nil && info.IsDir()
		}
		if isFolder {
			label += "/"
		}
		s.add(Candidate{Label: label, Kind: File, Open: isFolder})
	}
}

// entries lists a folder: nothing if it cannot be read.
func (e *Engine) entries(folder string) []os.DirEntry {
	f, err := os.Open(e.path(folder))
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, _ := f.ReadDir(mostEntries)
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// path returns where a folder of the command line lies.
func (e *Engine) path(folder string) string {
	if e.Expand != nil {
		folder = e.Expand(folder)
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(e.Dir, folder)
	}
	if folder == "" {
		return "."
	}
	return folder
}

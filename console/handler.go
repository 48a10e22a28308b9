// Package console is the web console: its source (src, built by Vite into dist),
// and the handler that serves the built files out of the binary, below /console/.
//
// A binary can be built without the files: from a fresh clone with go build, or
// with the build tag no_console. It then says at /console/ how to get them.
package console

import (
	"compress/gzip"
	_ "embed"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:generate go run generate.go

// Root is the path below which the console lives.
const Root = "/console/"

//go:embed placeholder.html
var placeholder []byte

// Handler serves the console: GET and HEAD of everything below Root. A path that
// is no file is a page of the console, which its own router shows.
func Handler() http.Handler { return handler{built()} }

// handler serves files. Those that compress well are there as NAME.gz only.
type handler struct{ files fs.FS }

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the console answers GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), strings.TrimSuffix(Root, "/"))
	name = strings.TrimPrefix(name, "/")
	if name != "" && h.serve(w, r, name) {
		return
	}
	if strings.HasPrefix(name, "assets/") { // of another version of the console
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "no such file: reload the console", http.StatusNotFound)
		return
	}
	if !h.serve(w, r, "index.html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(placeholder)
	}
}

// serve answers with a file, and says whether there is one.
func (h handler) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	zipped := true
	data, err := h.read(name + ".gz")
	if errors.Is(err, fs.ErrNotExist) {
		zipped = false
		data, err = h.read(name)
	}
	if err != nil {
		return false
	}
	head := w.Header()
	head.Set("Content-Type", contentType(name))
	head.Set("Cache-Control", "no-cache") // asks each time, by ETag
	if strings.HasPrefix(name, "assets/") {
		head.Set("Cache-Control", "public, max-age=31536000, immutable") // the name holds a hash of the content
	}
	if zipped {
		head.Set("Vary", "Accept-Encoding")
		if !acceptsGzip(r) {
			return unzip(w, r, data)
		}
		head.Set("Content-Encoding", "gzip")
	}
	tag := etag(data)
	head.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	head.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(data)
	}
	return true
}

func (h handler) read(name string) ([]byte, error) { return fs.ReadFile(h.files, name) }

// unzip answers with the plain form of a compressed file: for clients other than
// browsers.
func unzip(w http.ResponseWriter, r *http.Request, data []byte) bool {
	plain, err := gzip.NewReader(strings.NewReader(string(data)))
	if err != nil {
		return false
	}
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, plain)
	}
	return true
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return weight != "q=0"
		}
	}
	return false
}

// contentType does not ask the machine's own table, which may say anything.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".json":
		return "application/json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

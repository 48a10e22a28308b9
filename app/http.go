package app

import (
	"context"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"vedette/console"
)

// handler is the one HTTP listener: what devices and operators ask and the console
// have paths of their own, everything else is the API.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.HandleFunc("GET /ca.pem", a.serveCA)
	mux.Handle(console.Root, console.Handler())
	if a.provider != nil {
		mux.HandleFunc("GET "+providerPath, a.provider.begin)
		mux.HandleFunc("GET "+callbackPath, a.provider.callback)
	}
	all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ok := a.front.Handler(r); ok {
			h.ServeHTTP(w, r)
			return
		}
		// Asked first: the mux would redirect paths such as // that the API answers.
		if h, pattern := mux.Handler(r); pattern != "" {
			h.ServeHTTP(w, r)
			return
		}
		if console.WantsConsole(r) {
			http.Redirect(w, r, console.Root, http.StatusFound)
			return
		}
		a.api.ServeHTTP(w, r)
	})
	if a.options.Auth == AuthNone {
		return guardHost(a.options.Hostname, all)
	}
	return all
}

// readyz answers 200 when reports are accepted and their effects are stored, 503
// with the reason otherwise.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	if err := a.unready(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (a *App) unready(ctx context.Context) error {
	for _, p := range a.parts(ctx) {
		if p.err != nil {
			return fmt.Errorf("%s: %w", p.name, p.err)
		}
	}
	return nil
}

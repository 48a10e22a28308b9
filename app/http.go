package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
}

// readyz answers 200 when reports are accepted and their effects are stored, 503
// with the reason otherwise.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := a.unready(ctx); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (a *App) unready(ctx context.Context) error {
	if !a.ready.Load() {
		return errors.New("starting: what the last run left in the log is being judged")
	}
	if err := a.log.Healthy(); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := a.db.Healthy(ctx); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	for _, o := range a.owners {
		if err := o.progress.stalled(); err != nil {
			return fmt.Errorf("detection of shard %d: %w", o.shard, err)
		}
	}
	return nil
}

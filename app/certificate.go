package app

import (
	"context"
	"net/http"
)

// CA returns the root certificate of the deployment's own authority, as PEM.
func (a *App) CA() string { return a.authority.PEM() }

// serveCA answers with the root certificate, which everybody may have.
func (a *App) serveCA(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write([]byte(a.authority.PEM()))
}

// openCertificate makes what the TLS listeners show, if there are any.
func (a *App) openCertificate(context.Context) error {
	o := &a.options
	if !o.HTTPTLS && o.MQTTSAddr == "" && o.HTTPSDeviceAddr == "" {
		return nil
	}
	var source certificateSource = &issuedCertificate{issue: a.authority.IssueServer, hosts: []string{o.Hostname}}
	if o.TLSCert != "" {
		source = &certificateFiles{cert: o.TLSCert, key: o.TLSKey}
	}
	var err error
	a.certificate, err = newServerCertificate(source, o.Now, a.logger.With("component", "tls"))
	return err
}

// ReloadCertificate reads the files of the server certificate again if they have
// changed, as happens by itself within seconds.
func (a *App) ReloadCertificate() error {
	if a.certificate == nil {
		return nil
	}
	return a.certificate.refresh()
}

package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"vedette/gateway"
)

// listeners are where clients come in; nil: not configured.
type listeners struct {
	http, mqtt    net.Listener
	mqtts, device *gateway.TLSListener
	api           *gateway.TLSListener // http, when it speaks TLS
}

// listen binds all addresses. Nobody is served yet.
func (a *App) listen() (err error) {
	o, l := &a.options, &a.listeners
	if l.http, err = a.bind("http-addr", o.HTTPAddr); err != nil {
		return err
	}
	if o.HTTPTLS {
		l.api = a.secure(l.http, &tls.Config{
			MinVersion: tls.VersionTLS12, GetCertificate: a.certificate.get,
			NextProtos: []string{"http/1.1"}, // a WebSocket needs it
		})
		l.http = l.api
	}
	if l.mqtt, err = a.bind("mqtt-addr", o.MQTTAddr); err != nil {
		return err
	}
	l.mqtt = a.gate.Listen(l.mqtt)
	if l.mqtts, err = a.bindDevices("mqtts-addr", o.MQTTSAddr, gateway.ProtocolMQTT); err != nil {
		return err
	}
	l.device, err = a.bindDevices("https-device-addr", o.HTTPSDeviceAddr, gateway.ProtocolHTTP, "http/1.1")
	return err
}

func (a *App) bind(flag, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; give another --%s (port 0 takes a free one)", addr, err, flag)
	}
	a.later(func(context.Context) error { _ = l.Close(); return nil })
	return l, nil
}

// bindDevices binds an address whose clients show a certificate, if there is one.
func (a *App) bindDevices(flag, addr string, protocols ...string) (*gateway.TLSListener, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := a.bind(flag, addr)
	if err != nil {
		return nil, err
	}
	return a.secure(a.gate.Listen(l), gateway.DeviceTLS(a.certificate.get, protocols...)), nil
}

// secure puts TLS on a listener.
func (a *App) secure(l net.Listener, config *tls.Config) *gateway.TLSListener {
	config.Time = a.options.Now
	secure := gateway.NewTLSListener(l, gateway.TLSOptions{Config: config, Logger: a.logger.With("component", "tls")})
	a.later(func(context.Context) error { return secure.Close() })
	return secure
}

// serve lets clients in.
func (a *App) serve() {
	if a.certificate != nil {
		a.background("server certificate", a.certificate.watch)
	}
	a.background("identities", a.identities.watch)
	a.background("open connections", a.identities.check)
	a.background("memory", a.trimMemory)
	a.background("usage", a.gateway.WriteUsage) // until all connections have ended
	a.later(a.front.Shutdown)                   // after the broker, which ends its connections
	a.serveMQTT("MQTT", a.listeners.mqtt)
	if l := a.listeners.mqtts; l != nil {
		a.serveMQTT("MQTT over TLS", l)
	}
	a.later(a.broker.Shutdown)
	a.serveHTTP("HTTP", func(s *http.Server) error {
		s.Handler = a.handler()
		return s.Serve(a.listeners.http)
	})
	if l := a.listeners.device; l != nil {
		a.serveHTTP("HTTPS of devices", func(s *http.Server) error { return a.front.ServeDevices(s, l) })
	}
}

func (a *App) serveMQTT(name string, l net.Listener) {
	a.running.Go(func() {
		if err := a.broker.Serve(l); err != nil && !errors.Is(err, net.ErrClosed) {
			a.fail(fmt.Errorf("serve %s: %w", name, err))
		}
	})
}

func (a *App) serveHTTP(name string, serve func(*http.Server) error) {
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.logger.With("component", "http").Handler(), slog.LevelWarn),
	}
	a.running.Go(func() {
		if err := serve(server); !errors.Is(err, http.ErrServerClosed) {
			a.fail(fmt.Errorf("serve %s: %w", name, err))
		}
	})
	a.later(func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if err != nil {
			_ = server.Close() // requests that outlast the stop would meet a closed store
		}
		return err
	})
}

// Endpoints returns the bound addresses, after Start.
func (a *App) Endpoints() Endpoints {
	l := &a.listeners
	e := Endpoints{HTTP: "http://" + l.http.Addr().String(), MQTT: l.mqtt.Addr().String()}
	if l.api != nil {
		e.HTTP = "https://" + l.http.Addr().String()
	}
	if l.mqtts != nil {
		e.MQTTS = l.mqtts.Addr().String()
	}
	if l.device != nil {
		e.HTTPSDevice = "https://" + l.device.Addr().String()
	}
	return e
}

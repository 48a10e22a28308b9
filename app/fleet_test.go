package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"vedette/api"
	"vedette/mqtt"
	"vedette/principal"
	"vedette/store"
)

// fleet is a deployment with many open connections inside the process: things with a
// certificate and a policy each, all in a group that has another policy.
type fleet struct {
	tb testing.TB
	*App
	certificates []*x509.Certificate
	conns        []net.Conn
}

// newFleet registers devices and connects them to an App that is not started.
func newFleet(tb testing.TB, o Options, devices int) *fleet {
	tb.Helper()
	o.DataDir, o.HTTPAddr, o.MQTTAddr = tb.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	o.Logger = slog.New(slog.DiscardHandler)
	a, err := New(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	f := &fleet{tb: tb, App: a}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			tb.Errorf("stop: %v", err)
		}
	})
	f.write(func(tx *store.Tx) error {
		return errors.Join(tx.InsertThingGroup(&store.ThingGroup{Name: "fleet", ID: api.NewUUID(), Root: "fleet", Depth: 1}),
			tx.InsertPolicy(&store.Policy{Name: "fleet"}, f.policy("Allow iot:Connect client/lamp-*")),
			tx.InsertPolicy(&store.Policy{Name: "lamp"}, f.policy("Allow iot:Publish topic/lamps/${iot:ClientId}")),
			tx.AttachPolicy("fleet", store.Resource{Kind: api.ARNThingGroup, Name: "fleet"}))
	})
	for i := range devices {
		f.certificates = append(f.certificates, &x509.Certificate{Raw: fmt.Appendf(nil, "certificate %d", i), NotAfter: time.Now().AddDate(1, 0, 0)})
	}
	f.write(func(tx *store.Tx) error {
		for i := range devices {
			if err := f.register(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	f.conns = make([]net.Conn, devices)
	for i := range devices {
		f.connect(i)
	}
	return f
}

func (f *fleet) write(fn func(tx *store.Tx) error) {
	f.tb.Helper()
	if err := f.db.Write(f.tb.Context(), fn); err != nil {
		f.tb.Fatal(err)
	}
}

// policy returns a document of lines such as "Allow iot:Publish topic/lamps/*".
func (f *fleet) policy(lines ...string) string {
	var statements []string
	for _, line := range lines {
		w := strings.Fields(line)
		statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Action":%q,"Resource":"arn:aws:iot:%s:%s:%s"}`, w[0], w[1], f.options.Region, f.options.AccountID, w[2]))
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// put puts another document of a policy in force.
func (f *fleet) put(tx *store.Tx, policy, document string) error {
	p, err := tx.Policy(policy)
	if err == nil {
		_, err = tx.AddPolicyVersion(p, document, true)
	}
	return err
}

func lampName(i int) string { return fmt.Sprintf("lamp-%05d", i) }

func (f *fleet) certificateID(i int) string { return principal.CertificateID(f.certificates[i].Raw) }

// register stores a device.
func (f *fleet) register(tx *store.Tx, i int) error {
	id := f.certificateID(i)
	return errors.Join(
		tx.InsertThing(&store.Thing{Name: lampName(i), ID: api.NewUUID(), Attributes: map[string]string{"room": fmt.Sprint(i)}}),
		tx.InsertCertificate(&store.Certificate{ID: id, PEM: fmt.Sprintf("%01000d", i), Status: api.CertificateStatusActive, Mode: api.CertificateModeDefault}),
		tx.PutThingPrincipal(store.ThingPrincipal{Thing: lampName(i), Certificate: id}),
		tx.AddMember(store.Membership{Thing: lampName(i), Group: "fleet"}),
		tx.AttachPolicy("lamp", store.Resource{Kind: api.ARNCertificate, Name: id}))
}

func (f *fleet) setStatus(tx *store.Tx, i int, status api.CertificateStatus) error {
	c, err := tx.Certificate(f.certificateID(i))
	if err != nil {
		return err
	}
	c.Status = status
	return tx.UpdateCertificate(c)
}

// connect opens a device's connection.
func (f *fleet) connect(i int) {
	f.tb.Helper()
	if !f.dial(i) {
		f.tb.Fatalf("%s is refused", lampName(i))
	}
}

// dial asks for a device's connection and tells whether it was let in.
func (f *fleet) dial(i int) bool {
	f.tb.Helper()
	here, there := net.Pipe()
	go f.broker.ServePeer(there, mqtt.Peer{Transport: mqtt.TLS, Certificate: f.certificates[i]})
	name := lampName(i)
	packet := append([]byte{0x10, byte(12 + len(name)), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, byte(len(name))}, name...)
	if _, err := here.Write(packet); err != nil {
		f.tb.Fatal(err)
	}
	ack := make([]byte, 4)
	if _, err := io.ReadFull(here, ack); err != nil {
		f.tb.Fatalf("CONNACK of %s: %v", name, err)
	}
	f.conns[i] = here
	return ack[3] == 0
}

// ended waits until the server has ended a device's connection.
func (f *fleet) ended(i int) {
	f.tb.Helper()
	_ = f.conns[i].SetReadDeadline(time.Now().Add(time.Minute)) // fails once it has ended
	if _, err := f.conns[i].Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		f.tb.Fatalf("%s stays: %v", lampName(i), err)
	}
}

// open tells whether a device's connection is there: it answers PINGREQ.
func (f *fleet) open(i int) bool {
	f.tb.Helper()
	_ = f.conns[i].SetDeadline(time.Now().Add(time.Minute)) // fails once it has ended
	_, err := f.conns[i].Write([]byte{0xc0, 0})
	if err == nil {
		_, err = io.ReadFull(f.conns[i], make([]byte, 2))
	}
	return err == nil
}

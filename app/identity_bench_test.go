package app

import (
	"sync"
	"testing"
	"time"

	"vedette/api"
	"vedette/store"
	"vedette/store/storetest"
)

// BenchmarkIdentityChange measures from the commit of a change until it has ended the
// connections that it concerns, among 10,000: all of them, with a policy that lets
// nobody connect any more, and one, whose certificate is revoked. The poll of the store
// is a part of it, 125 ms in the mean.
func BenchmarkIdentityChange(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchIdentityChange(b, Options{}) })
	b.Run("postgres", func(b *testing.B) { benchIdentityChange(b, Options{DatabaseURL: storetest.Postgres(b).URL}) })
}

func benchIdentityChange(b *testing.B, o Options) {
	const devices = 10_000
	f := newFleet(b, o, devices)
	if err := f.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	target := store.Resource{Kind: api.ARNThingGroup, Name: "fleet"}
	b.Run("all", func(b *testing.B) {
		for range b.N {
			f.write(func(tx *store.Tx) error { return tx.DetachPolicy("fleet", target) })
			var ended sync.WaitGroup
			for i := range devices {
				ended.Go(func() { f.ended(i) })
			}
			ended.Wait()
			b.StopTimer()
			f.write(func(tx *store.Tx) error { return tx.AttachPolicy("fleet", target) })
			for !f.dial(0) { // until the change is known here
				time.Sleep(identityPoll / 10)
			}
			for i := 1; i < devices; i++ {
				f.connect(i)
			}
			b.StartTimer()
		}
	})
	b.Run("one", func(b *testing.B) {
		for n := range b.N {
			i := n % devices
			f.write(func(tx *store.Tx) error { return f.setStatus(tx, i, api.CertificateStatusRevoked) })
			f.ended(i)
			b.StopTimer()
			f.write(func(tx *store.Tx) error { return f.setStatus(tx, i, api.CertificateStatusActive) })
			f.connect(i)
			b.StartTimer()
		}
	})
}

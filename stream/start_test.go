package stream

import (
	"strings"
	"testing"

	"vedette/record"
)

// TestStartAfter: a log that follows another one goes on behind the places of that.
func TestStartAfter(t *testing.T) {
	onEachServer(t, func(t *testing.T, o Options) {
		const seq = 1 << 40
		l := open(t, o)
		first := payload{1, 100}
		for range 2 { // the second time changes nothing: the process died in between
			if err := l.StartAfter(t.Context(), 0, seq, first); err != nil {
				t.Fatal(err)
			}
			wantSnapshot(t, l, seq, first)
		}
		for round := range uint64(2) {
			mustAppend(t, l, "record")
			if last, err := l.LastSeq(t.Context(), 0); last != seq+1+round || err != nil {
				t.Errorf("newest message: got %d, %v, want %d", last, err, seq+1+round)
			}
			r, err := l.Reader(t.Context(), 0, seq)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := r.Next(t.Context()); err != nil || b.Seq != seq+1 || b.Records[0].Pos != record.Pos(seq+1, 0) {
				t.Errorf("first batch: got %+v, %v, want message %d", b, err, seq+1)
			}
			r.Close()
			closeLog(t, l)
			l = open(t, o)
		}
		if err := l.StartAfter(t.Context(), 0, seq+100, first); err == nil {
			t.Error("a log that has messages is made to start behind them")
		}
	})
}

// TestURLStaysSecret: the URL of a server may hold a password, errors are logged.
func TestURLStaysSecret(t *testing.T) {
	for name, url := range map[string]string{
		"fail/host":   "nats://bob:s3cret@ho st:4222",
		"fail/escape": "nats://bob:s3cret%zz@127.0.0.1:4222",
		"fail/port":   "nats://bob:s3cret@127.0.0.1:99999",
		"fail/nobody": "nats://bob:s3cret@127.0.0.1:1",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{URL: url})
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want an error without the password", err)
			}
		})
	}
}

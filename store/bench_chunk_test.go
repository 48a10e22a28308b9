package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"vedette/metric"
	"vedette/store"
	"vedette/store/storetest"
	"vedette/violation"
)

// thingsEnv is the environment variable that says how many things the benchmarks of
// chunks store values of; the default is a size that takes seconds, not minutes.
const thingsEnv = "VEDETTE_BENCH_THINGS"

func benchThings(b *testing.B) int {
	b.Helper()
	text := os.Getenv(thingsEnv)
	if text == "" {
		return 20_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("%s=%q: want a number of things", thingsEnv, text)
	}
	return n
}

// What the chunks of the benchmarks are: of two metrics, one for each day, of the
// size of 288 values.
const (
	benchDays  = 30
	everyDay   = 200 // things that have chunks on all days; the others have them on fullDays
	fullDays   = 1
	chunkBytes = 400
	firstDay   = 20_000
)

var benchSeries = []metric.Series{{Metric: "aws:all-bytes-in"}, {Metric: "aws:all-bytes-out"}}

func thingName(n int) string { return fmt.Sprintf("sensor-%08x", uint32(n)*0x9e3779b9) } // in no order

func dayChunk(thing int, series metric.Series, day int64, data []byte) violation.Chunk {
	at := day*storetest.Day + int64(thing%100_000)
	return violation.Chunk{Thing: thingName(thing), Series: series, First: at, Last: at + storetest.Day - 400_000, Count: 288, Data: data}
}

// fillChunks stores chunks of things, and of a few of them on all days.
func fillChunks(b *testing.B, own *storetest.Owner, things int) {
	data := bytes.Repeat([]byte("chunk "), chunkBytes/6+1)[:chunkBytes]
	fx := own.Effects()
	flush := func(size int) {
		if len(fx.Chunks) >= size {
			own.Record(b, fx)
			fx = own.Effects()
		}
	}
	for day := range int64(benchDays) {
		n := everyDay
		if day >= benchDays-fullDays {
			n = things
		}
		for thing := range n {
			for _, s := range benchSeries {
				fx.Chunks = append(fx.Chunks, dayChunk(thing, s, firstDay+day, data))
			}
			flush(2 * perTx)
		}
	}
	flush(1)
}

// BenchmarkChunks measures storing and reading chunks in a table that has those of
// many things. read-30-days is all of one series of one thing, read-page what the
// first page of 250 values needs.
func BenchmarkChunks(b *testing.B) {
	backends(b, func(b *testing.B, db *store.DB) {
		things := benchThings(b)
		own := storetest.Own(b, db, 0)
		fillChunks(b, own, things)
		b.Run("read-30-days", func(b *testing.B) { benchReadChunks(b, db, benchDays) })
		b.Run("read-page", func(b *testing.B) { benchReadChunks(b, db, 1) })
		b.Run("write", func(b *testing.B) { benchWriteChunks(b, own, things) })
	})
}

func benchReadChunks(b *testing.B, db *store.DB, chunks int) {
	b.ReportAllocs()
	for b.Loop() {
		f := store.ChunkFilter{Thing: thingName(rand.IntN(everyDay)), Series: benchSeries[1], From: firstDay * storetest.Day, To: (firstDay + benchDays) * storetest.Day}
		n := 0
		err := db.Chunks(b.Context(), f, func(violation.Chunk) (bool, error) {
			n++
			return n < chunks, nil
		})
		if err != nil || n != chunks {
			b.Fatalf("%d chunks, %v, want %d", n, err, chunks)
		}
	}
}

// benchWriteChunks stores transactions of chunks of random things, on one day more.
func benchWriteChunks(b *testing.B, own *storetest.Owner, things int) {
	data := bytes.Repeat([]byte("x"), chunkBytes)
	b.ReportAllocs()
	for n := int64(0); b.Loop(); n++ {
		fx := own.Effects()
		for range perTx / len(benchSeries) {
			thing := rand.IntN(things)
			for _, s := range benchSeries {
				c := dayChunk(thing, s, firstDay+benchDays, data)
				c.First += n // so that it is a new one
				c.Last = c.First
				fx.Chunks = append(fx.Chunks, c)
			}
		}
		own.Record(b, fx)
	}
	perSecond(b, perTx)
}

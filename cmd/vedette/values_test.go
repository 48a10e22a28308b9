package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/metric/chunk"
	"vedette/store"
)

// keepPast stores values of the last day of 20 things, while no server runs: bytes out and
// TCP ports. One thing, cam-07, has been odd for the last three hours.
func keepPast(t *testing.T, d *deployment) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(d.dir, "vedette.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := rand.New(rand.NewPCG(1, 1))
	const step = 300_000
	begin := time.Now().Add(-24*time.Hour).UnixMilli() + step
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		for id, name := range map[int]string{1 << 20: "aws:all-bytes-out", 2 << 20: "aws:listening-tcp-ports"} {
			if _, err := tx.Exec("INSERT INTO metric_series (id, shard, metric, dimension, operator) VALUES (?, 0, ?, '', '')", id, name); err != nil {
				return err
			}
		}
		for i := range 20 {
			bytes, ports := chunk.New(chunk.Counts), chunk.New(chunk.Ports)
			var bytesBuf, portsBuf []byte
			var lists chunk.Interner
			for k := range 287 {
				n, list := int64(1000+r.IntN(1000)), []uint16{22, 443}
				if i == 7 && k > 250 {
					n, list = n*1000, []uint16{22, 23, 443}
				}
				var err error
				if bytesBuf, err = bytes.AppendCount(bytesBuf, begin+int64(k)*step, n); err != nil {
					return err
				}
				if portsBuf, err = lists.AppendPorts(&ports, portsBuf, begin+int64(k)*step, list); err != nil {
					return err
				}
			}
			last := begin + 286*step
			for id, data := range map[int][]byte{1 << 20: bytes.Seal(nil, bytesBuf), 2 << 20: ports.Seal(nil, portsBuf)} {
				_, err := tx.Exec("INSERT INTO metric_chunk (day, thing, series, first_ms, last_ms, count, data) VALUES (?, ?, ?, ?, ?, 287, ?)",
					last/86_400_000, fmt.Sprintf("cam-%02d", i), id, begin, last, data)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// vedette runs the program beside the server, and returns what it prints.
func (d *deployment) vedette(args ...string) (stdout, stderr string, ok bool) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.program, args...)
	cmd.Env = append(os.Environ(), "VEDETTE_DATA_DIR="+d.dir, "HOME="+d.t.TempDir(), "TZ=UTC", "AWS_EC2_METADATA_DISABLED=true")
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.String(), errs.String(), err == nil
}

// contains checks that a text has every part.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("got\n%swant %q in it", text, p)
		}
	}
}

func TestValuesAndSuggest(t *testing.T) {
	d := newDeployment(t, "")
	d.start()
	d.stop()
	keepPast(t, d)
	d.start()

	t.Run("values", func(t *testing.T) {
		out, _, _ := d.vedette("values", "cam-07", "aws:all-bytes-out", "--rows", "3")
		contains(t, out, "TIME", "and 284 older ones", "aws:all-bytes-out of cam-07, 287 values", "M ┤", "⣀", "UTC\n")
		if n := strings.Count(out, "\n"); n != 1+3+1+1+1+8+2 {
			t.Errorf("%d lines:\n%s", n, out)
		}
		out, _, _ = d.vedette("values", "cam-07", "aws:listening-tcp-ports", "--since", "2d", "--rows", "0")
		contains(t, out, "287 lists of 3 different members", "443 ┤", " 22 ┤", " 23 ┤")
		out, _, _ = d.vedette("values", "cam-07", "aws:all-bytes-out", "--output", "json", "--since", "7d")
		var list struct {
			MetricDatumList []struct{ Value struct{ Count int } }
		}
		if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.MetricDatumList) != 287 || list.MetricDatumList[0].Value.Count < 1_000_000 {
			t.Errorf("%v: %d values", err, len(list.MetricDatumList))
		}
		out, _, _ = d.vedette("values", "cam-07", "aws:all-bytes-in")
		contains(t, out, "No values of aws:all-bytes-in of cam-07", "additionalMetricsToRetainV2")
	})
	t.Run("suggest", func(t *testing.T) {
		out, _, ok := d.vedette("suggest", "--all")
		contains(t, out, "all things: 20 things", "aws:all-bytes-out\n", "less-than-equals 2500 in 300 s", "in-port-set 22 443",
			"rare         23: 1 thing: cam-07", "false alarms 1, 0.05 a device and day; on 1 thing: cam-07", "WARNING      It rests on 23h50m")
		if !ok {
			t.Error("it failed")
		}
	})
	t.Run("a profile", func(t *testing.T) {
		out, warnings, ok := d.vedette("suggest", "--all", "--output", "json", "--security-profile-name", "fleet")
		if !ok {
			t.Fatal(warnings)
		}
		contains(t, warnings, "aws:all-bytes-out: It rests on")
		file := filepath.Join(t.TempDir(), "profile.json")
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, stderr, ok := d.vedette("iot", "create-security-profile", "--cli-input-json", "file://"+file); !ok {
			t.Fatal(out, stderr)
		}
		behaviors, _, _ := d.vedette("suggest", "--all", "--output", "behaviors", "--metric", "aws:all-bytes-out")
		if err := os.WriteFile(file, []byte(behaviors), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, stderr, ok := d.vedette("iot", "create-security-profile", "--security-profile-name", "p2", "--behaviors", "file://"+file); !ok {
			t.Fatal(out, stderr)
		}
		described, _, _ := d.vedette("iot", "describe-security-profile", "--security-profile-name", "p2", "--query", "behaviors[].criteria.value.count", "--output", "text")
		contains(t, described, "2500")
	})
	t.Run("bad input", func(t *testing.T) {
		for _, test := range []struct {
			args string
			want string
		}{
			{"values cam-01", "give a thing and a metric, as in `vedette values cam-1 aws:all-bytes-out`"},
			{"values nobody aws:all-bytes-out", "The thing nobody does not exist. `vedette iot list-things` shows"},
			{"values cam-01 nothing", "The metric nothing does not exist: give one of AWS IoT's"},
			{"values cam-01 aws:all-bytes-out --since tomorrow", "--since \"tomorrow\": give how far to look back, as in 90m, 24h or 14d"},
			{"values cam-01 aws:all-bytes-out --since -2h", "--since \"-2h\": give how far to look back"},
			{"values cam-01 aws:all-bytes-out --not-in", "--not-in needs a --dimension"},
			{"values cam-01 aws:all-bytes-out --output xml", "--output \"xml\": give one of text, json"},
			{"suggest", "say which things: --thing-group GROUP, or --all"},
			{"suggest --all --thing-group g", "say which things"},
			{"suggest --thing-group nobody", "The thing group nobody does not exist. `vedette iot list-thing-groups` shows"},
			{"suggest --all --metric nothing", "The metric nothing does not exist"},
			{"suggest --all --metric aws:num-disconnects --output json", "there are no values that a behavior could rest on"},
			{"suggest --all --endpoint-url http://127.0.0.1:1 --profile nobody", "nobody"},
		} {
			out, stderr, ok := d.vedette(strings.Fields(test.args)...)
			if ok || out != "" || !strings.HasPrefix(stderr, "vedette: ") || !strings.Contains(stderr, test.want) {
				t.Errorf("%s: ok %t, got %q and %q, want %q", test.args, ok, out, stderr, test.want)
			}
		}
	})
	d.stop()
	t.Run("no server", func(t *testing.T) {
		_, stderr, ok := d.vedette("suggest", "--all")
		if ok {
			t.Error("it worked")
		}
		contains(t, stderr, "vedette: no Vedette was found: ", "Start one with `vedette serve`")
	})
}

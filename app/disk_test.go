package app_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// smallDisk mounts a file system of a few megabytes, which needs root.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" && os.Geteuid() == 0 {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("SKIPPED: a really full disk was not tested, mounting one needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fill takes all room on the disk that a file is on.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	check(t, err)
	defer f.Close()
	for block := bytes.Repeat([]byte{1}, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// TestDiskFull: while the disk is full, reports are refused and not acknowledged
// and readyz says why; once there is room, all goes on by itself, and nothing that
// was accepted is lost.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	filler := filepath.Join(disk, "filler")
	o := options(t)
	o.DataDir = filepath.Join(disk, "data")
	d := start(t, o)
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	device.ports("before", 23)

	fill(t, filler)
	accepted := 1
	var refused answer
	var publish paho.Token
	for refused.Status == "" { // what was allocated before may have room for some
		publish = device.send("during", padded(23))
		switch a := device.reply(); a.Status {
		case "ACCEPTED":
			accepted++
		default:
			refused = a
		}
	}
	if refused.Status != "REJECTED" || refused.StatusDetails.ErrorCode != "InternalError" || refused.ReportID == 0 {
		t.Errorf("reply on a full disk: got %+v, want REJECTED with InternalError", refused)
	}
	<-device.lost // MQTT 3.1.1 has no other way to withhold a PUBACK
	if !publish.WaitTimeout(patience) || publish.Error() == nil {
		t.Error("a report that was not stored was acknowledged")
	}
	if status, body := d.get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "no space left") {
		t.Errorf("readyz on a full disk: got %d %s, want 503 and the reason", status, body)
	}
	if status, body := d.get("/healthz"); status != http.StatusOK {
		t.Errorf("healthz on a full disk: got %d %s, want 200", status, body)
	}
	if !strings.Contains(d.log.String(), "report not stored") {
		t.Error("no line of the log says that a report was not stored")
	}

	check(t, os.Remove(filler))
	eventually(t, "ready again", func() bool { status, _ := d.get("/readyz"); return status == http.StatusOK })
	device = d.device()
	device.ports("after", 23)
	for _, thing := range []string{"before", "after"} {
		if got := d.kinds(thing); got != "in-alarm" {
			t.Errorf("events of %s: got %s, want in-alarm", thing, got)
		}
	}
	if got := d.kinds("during"); accepted > 1 && got != "in-alarm" {
		t.Errorf("events of a thing that reported as the disk filled: got %s, want in-alarm", got)
	}
	before := d.events("before")
	d.restart()
	if got := d.events("before"); len(got) != 1 || got[0] != before[0] {
		t.Errorf("events after a restart: got %v, want %v", got, before)
	}
}

// padded returns a report that takes some room in the log.
func padded(port int) string {
	names := strings.Repeat(`{"port":23,"interface":"eth0"},`, 2000)
	return strings.Replace(listening(port), `"ports":[`, `"ports":[`+names, 1)
}

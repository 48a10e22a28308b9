package record

import (
	"bytes"
	"testing"
)

func FuzzGateway(f *testing.F) {
	for s := GatewayAlive; s <= GatewayAlone; s++ {
		f.Add(AppendGateway(nil, Gateway{Process: 7, State: s}))
	}
	for _, bad := range [][]byte{nil, {1}, {2, 7, 0, 0, 0, 1}, {1, 7, 0, 0, 0, 0}, {1, 7, 0, 0, 0, 4}, {1, 7, 0, 0, 0, 1, 0}} {
		if new(Gateway).Decode(bad) == nil {
			f.Errorf("%v was taken for a gateway record", bad)
		}
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var g Gateway
		if g.Decode(body) == nil && !bytes.Equal(AppendGateway(nil, g), body) {
			t.Errorf("%v was read as %+v", body, g)
		}
	})
}

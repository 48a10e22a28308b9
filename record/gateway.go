package record

import (
	"encoding/binary"
	"fmt"
)

// gatewayVersion is the first byte of every gateway body; see reportVersion.
const gatewayVersion = 1

// Gateway is the body of a gateway record: whether a process that connects things
// lives. Its sessions are those with its number in their upper half.
type Gateway struct {
	Process uint32 // its number; no other process has it
	State   GatewayState
}

// GatewayState is what a gateway record says. The values are stored in the log:
// they are never reused.
type GatewayState uint8

// The states.
const (
	GatewayAlive GatewayState = iota + 1 // it lives
	GatewayGone                          // it has ended without a word, and its sessions with it
	GatewayAlone                         // it lives, and all others have ended
)

// SessionProcess returns the number of the process that a session is of.
func SessionProcess(session uint64) uint32 { return uint32(session >> 32) }

// Elsewhere tells whether the number is that of a broker elsewhere and not of a
// process of ours: its last byte is 0, and that of a process is odd. Its sessions go on
// when a process of ours ends, and it never says that it lives.
func Elsewhere(process uint32) bool { return process != 0 && process&0xff == 0 }

// AppendGateway appends the body of the gateway record of g to dst.
func AppendGateway(dst []byte, g Gateway) []byte {
	dst = binary.LittleEndian.AppendUint32(append(dst, gatewayVersion), g.Process)
	return append(dst, byte(g.State))
}

// Decode reads the body of a gateway record.
func (g *Gateway) Decode(body []byte) error {
	if len(body) > 0 && body[0] != gatewayVersion {
		return fmt.Errorf("decode gateway record: version %d is not known", body[0])
	}
	if len(body) != 6 || body[5] < byte(GatewayAlive) || body[5] > byte(GatewayAlone) {
		return fmt.Errorf("decode gateway record: %w", errDamaged)
	}
	*g = Gateway{binary.LittleEndian.Uint32(body[1:]), GatewayState(body[5])}
	return nil
}

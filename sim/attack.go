package sim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// attack is one thing that can happen to a device.
type attack uint8

const (
	telnet       attack = iota // malware opens a telnet server
	scanning                   // a worm looks for others like it
	exfiltration               // somebody takes the recordings away
	batteryDrop                // something keeps the radio busy
	probing                    // somebody tries what the device may do
	attacks                    // how many there are
)

// How the attacks show.
const (
	telnetPort       = 23
	scannedHosts     = 60
	exfiltrationRate = 40e6 // bytes per second
	probedTopics     = 8    // that nobody may subscribe to, as many as fit into one request, at each report
)

// attackSet is a set of attacks.
type attackSet uint8

func (s attackSet) has(a attack) bool { return s&(1<<a) != 0 }

// scripts say whom each attack hits, how many of them, and how it is told.
var scripts = [attacks]struct {
	victims *model
	count   int
	delay   time.Duration // after the begin of the round
	story   string
}{
	telnet:       {&camera, 3, 0, "malware opens a telnet port"},
	scanning:     {&gateway, 2, 3 * time.Second, "a worm connects to addresses all over"},
	exfiltration: {&camera, 1, 5 * time.Second, "a burst of data goes out"},
	batteryDrop:  {&sensor, 4, 6 * time.Second, "the battery drops"},
	probing:      {&gateway, 1, 8 * time.Second, "somebody tries topics of others"},
}

// probes returns what somebody tries to hear by way of a thing: topics that are
// reserved.
func probes(thing string) []string {
	filters := make([]string, probedTopics)
	for i := range filters {
		filters[i] = fmt.Sprintf("$aws/things/%s/jobs/%d/#", thing, i)
	}
	return filters
}

// plan is which devices a round of attacks hits, by attack.
type plan [attacks][]string

// planRound chooses the victims of a round; it depends on nothing but its
// arguments.
func planRound(fleet []*device, seed uint64, round int) plan {
	var p plan
	for a, script := range scripts {
		var candidates []string
		for _, d := range fleet {
			if d.model == script.victims {
				candidates = append(candidates, d.thing)
			}
		}
		random := rand.New(rand.NewPCG(seed, uint64(round)<<8|uint64(a)))
		random.Shuffle(len(candidates), func(i, j int) { candidates[i], candidates[j] = candidates[j], candidates[i] })
		p[a] = candidates[:min(script.count, len(candidates))]
	}
	return p
}

// cue is the begin or the end of an attack in a round.
type cue struct {
	at     time.Duration // after the begin of the round
	attack attack
	end    bool
}

// cues returns what happens in a round, in order.
func cues(length time.Duration) []cue {
	var list []cue
	for a, script := range scripts {
		list = append(list, cue{script.delay, attack(a), false}, cue{script.delay + length, attack(a), true})
	}
	slices.SortStableFunc(list, func(a, b cue) int { return cmp.Compare(a.at, b.at) })
	return list
}

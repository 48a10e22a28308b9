package bridge

import "fmt"

// subscribeAtOnce is how many filters go into one SUBSCRIBE: AWS IoT takes 8.
const subscribeAtOnce = 8

// granted tells what a broker did not grant.
func granted(list []subscription, codes []byte) error {
	if len(codes) != len(list) {
		return fmt.Errorf("the broker answered %d of %d subscriptions", len(codes), len(list))
	}
	for i, s := range list {
		switch {
		case codes[i] >= 0x80:
			return fmt.Errorf("the broker refused the subscription to %s (%s): code 0x%02x: allow it to the bridge's user, or take it out of the bridge file", s.filter, s.field, codes[i])
		case codes[i] < s.qos:
			return fmt.Errorf("the broker granted %s (%s) with QoS %d only, with which it keeps nothing while the link is down: let it offer QoS 1", s.filter, s.field, codes[i])
		}
	}
	return nil
}

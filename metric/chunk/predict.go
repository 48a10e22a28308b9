package chunk

import "math/bits"

// The writer and the reader of a chunk both keep these predictions, from the
// points that both know: every step here is part of the format.

// What is added up over many points is kept in fractions: of a millisecond, of
// a value, of a bit. These are the binary logarithms of their number.
const (
	timeFraction  = 6
	valueFraction = 4
	costFraction  = 8
)

// How far means follow a new member: by one part in 2^shift, the shift growing
// with the number of members up to these.
const (
	costSettles  = 5
	phaseSettles = 3
	stepSettles  = 4 // twice: the step follows by one part in 2^(2·shift)
	valueSettles = 4
)

// The costs that predictions begin with, in bits: of the second time, and of
// the third.
const (
	secondTimeCost = 20 // the interval is not known; 300 s take 20
	thirdTimeCost  = 6
)

// One of time and value is not written if its errors have cost less than this
// for long and those of the other have not: if one comes nevertheless, that costs
// escape + 8 bits more.
const (
	quietCost = 32 // in 1/256 bit
	quietAge  = 8  // points of the scale
)

const maxStep = 1<<(32-timeFraction) - 1 // ms; longer intervals are not predicted

// forecast is what is expected of the next point.
type forecast struct {
	at, value           int64
	timeSteps           [2]int64 // what each predictor adds to the last time, ms
	valueSteps          [3]int64 // and to the last value
	timeBits, valueBits uint     // parameters by which the errors are written
	omits               uint8
}

// What of a point is not written unless it is a surprise.
const (
	omitsNothing = iota
	omitsTime
	omitsValue
)

// forecast predicts the next point.
//
// Devices report at intervals. Either an interval begins with the report
// before it, or all reports belong to a grid that each misses by some delay: of
// these two predictors of the time the one is taken that has been better so far.
// Those of the value are the last value, the mean of the last values, and the last
// one plus the mean of the last differences.
func (s *State) forecast() (f forecast) {
	t, v := 0, 0
	if s.timeCost[1] < s.timeCost[0] {
		t = 1
	}
	for i, cost := range s.valueCost {
		if cost < s.valueCost[v] {
			v = i
		}
	}
	f.timeSteps = [...]int64{
		round(int64(s.step), timeFraction),
		max(0, round(int64(s.step)+int64(s.phase), timeFraction)),
	}
	f.valueSteps = [...]int64{0, round(s.level, valueFraction), round(s.slope, valueFraction)}
	f.at, f.timeBits = s.at+f.timeSteps[t], uint(s.timeCost[t])>>costFraction
	f.value, f.valueBits = s.value+f.valueSteps[v], uint(s.valueCost[v])>>costFraction
	if s.age >= quietAge {
		sureTime, sureValue := s.timeCost[t] < quietCost, s.valueCost[v] < quietCost
		switch {
		case sureTime && !sureValue:
			f.omits = omitsTime
		case sureValue && !sureTime:
			f.omits = omitsValue
		}
	}
	return f
}

// learnTime takes the time of the next point, of which f was the forecast.
func (s *State) learnTime(at int64, f *forecast) {
	delta := at - s.at
	s.at = at
	s.count++
	fine := min(delta, maxStep) << timeFraction
	switch s.count {
	case 1:
		s.timeCost = [2]uint16{secondTimeCost << costFraction, secondTimeCost << costFraction}
		return
	case 2:
		s.step = uint32(fine)
		s.timeCost = [2]uint16{thirdTimeCost << costFraction, thirdTimeCost << costFraction}
		return
	}
	off := fine - int64(s.step)
	if max(off, -off) > int64(s.step)/4 {
		// One is a gap, which says nothing of those to come. With the second in a row
		// there is a new interval, or none.
		s.phase = 0
		if s.jumped = !s.jumped; !s.jumped {
			s.step = uint32(fine)
			s.learnTimeCosts(delta, f)
		}
		return
	}
	s.jumped = false
	s.learnTimeCosts(delta, f)
	n := uint(s.count) - 1
	off -= int64(s.phase)
	s.phase = int32(min(max(off>>settle(n, phaseSettles)-off, -1<<30), 1<<30))
	s.step = uint32(min(max(int64(s.step)+off>>(2*settle(n, stepSettles)), 0), maxStep<<timeFraction))
}

// learnTimeCosts takes the errors of the predictors of the last time, which came
// delta after the one before.
func (s *State) learnTimeCosts(delta int64, f *forecast) {
	for i, step := range &f.timeSteps {
		learnCost(&s.timeCost[i], zigzag(delta-step), settle(uint(s.count)-1, costSettles))
	}
}

// beginValue takes the first value of a scale.
func (s *State) beginValue(v int64) {
	cost := uint16(bits.Len64(zigzag(v))) << costFraction / 2
	s.value, s.level, s.slope, s.age = v, 0, 0, 1
	s.valueCost = [3]uint16{cost, cost, cost}
}

// learnValue takes the next value, of which f was the forecast.
func (s *State) learnValue(v int64, f *forecast) {
	delta, n := v-s.value, uint(s.age)
	for i, step := range &f.valueSteps {
		learnCost(&s.valueCost[i], zigzag(delta-step), settle(n, costSettles))
	}
	fine := delta << valueFraction
	off := fine - s.level
	s.level = off>>settle(n+1, valueSettles) - off
	s.slope += (fine - s.slope) >> settle(n, valueSettles)
	s.value = v
	if s.age < 255 {
		s.age++
	}
}

// learnCost takes the error of a predictor into the mean of the lengths.
func learnCost(cost *uint16, err uint64, shift uint) {
	length := int(bits.Len64(err)) << costFraction
	*cost = uint16(int(*cost) + (length-int(*cost))>>shift)
}

// settle returns the shift by which a mean follows its nth member.
func settle(n, most uint) uint { return min(uint(bits.Len(n))-1, most) }

// round returns v / 2^fraction, rounded to the nearest, halves up.
func round(v int64, fraction uint) int64 { return (v + 1<<(fraction-1)) >> fraction }

// zigzag maps integers to those without a sign, small ones to small ones: 0,
// -1, 1, -2 … to 0, 1, 2, 3 …
func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }

func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

package detect

import (
	"vedette/metric"
	"vedette/violation"
)

// OpenChunk returns the values of a series of a thing that no chunk of the effects
// has yet, nil for none; the place of the last record applied by then, 0 for none since
// the engine was made or loaded; and whether the thing is known.
func (e *Engine) OpenChunk(thing string, _ metric.Series) (open *violation.Chunk, pos uint64, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, known = e.things.find([]byte(thing))
	return nil, e.current.pos, known
}

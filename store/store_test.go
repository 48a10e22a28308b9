package store_test

import (
	"testing"

	"vedette/store/storetest"
)

// TestConformance runs what store promises on both databases.
func TestConformance(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"transactions": storetest.TestTransactions,
		"observers":    storetest.TestObservers,
		"migrations":   storetest.TestMigrations,
		"changes":      storetest.TestChanges,
		"effects":      storetest.TestEffects,
		"thresholds":   storetest.TestThresholds,
		"lists":        storetest.TestLists,
		"search":       storetest.TestSearch,
		"outbox":       storetest.TestOutbox,
		"sessions":     storetest.TestSessions,
		"housekeeping": storetest.TestHousekeeping,
		"keys":         storetest.TestKeys,
		"chunks":       storetest.TestChunks,
		"exports":      storetest.TestExports,
		"concurrency":  storetest.TestConcurrency,
	} {
		t.Run(name, test)
	}
}

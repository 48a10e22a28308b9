package store_test

import (
	"testing"

	"vedette/store/storetest"
)

// TestControlPlane runs what store promises of the control plane's entities on
// both databases.
func TestControlPlane(t *testing.T) { storetest.TestControlPlane(t) }

// TestIdentity runs what store promises of certificates and policies on both
// databases.
func TestIdentity(t *testing.T) { storetest.TestIdentity(t) }

// Package name turns the API's names into the dashed names of the command line.
package name

import "strings"

// Command returns the command of an operation: create-security-profile for
// CreateSecurityProfile.
func Command(operation string) string { return dashed(operation) }

// Option returns the option of an input member, without its leading dashes:
// security-profile-name for securityProfileName.
func Option(member string) string { return dashed(member) }

// dashed lower-cases a camel case name and puts a dash before each of its
// words. A run of capitals is one word, whose last capital belongs to the next
// word where small letters follow; a plural of capitals that ends the name, as
// in thingARNs, is one word too. A name that has a dash already stays as it is.
func dashed(name string) string {
	if strings.Contains(name, "-") {
		return name
	}
	if start := pluralAcronym(name); start >= 0 {
		name = name[:start] + "-" + strings.ToLower(name[start:])
	}
	return strings.ToLower(splitAfterSmall(splitBeforeWords(name)))
}

// pluralAcronym returns where the two or more capitals start that end the name
// together with an s, or -1.
func pluralAcronym(name string) int {
	rest, plural := strings.CutSuffix(name, "s")
	if !plural {
		return -1
	}
	start := len(rest)
	for start > 0 && isCapital(rest[start-1]) {
		start--
	}
	if len(rest)-start < 2 {
		return -1
	}
	return start
}

// splitBeforeWords puts a dash before each capital that small letters follow,
// except at the start. The letter before the capital is used up with its word:
// of two such words without any small letter between them the second keeps no
// dash, which only splitAfterSmall can add.
func splitBeforeWords(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		b.WriteByte(name[i])
		i++
		if i+1 >= len(name) || !isCapital(name[i]) || !isSmall(name[i+1]) {
			continue
		}
		b.WriteByte('-')
		for b.WriteByte(name[i]); i+1 < len(name) && isSmall(name[i+1]); i++ {
			b.WriteByte(name[i+1])
		}
		i++
	}
	return b.String()
}

// splitAfterSmall puts a dash between a small letter or digit and a capital.
func splitAfterSmall(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if i > 0 && isCapital(name[i]) && (isSmall(name[i-1]) || '0' <= name[i-1] && name[i-1] <= '9') {
			b.WriteByte('-')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' }

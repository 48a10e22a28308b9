// Package shorthand reads the shorthand syntax of AWS CLI v2, with its texts of
// errors:
//
//	--tags Key=env,Value=prod
//	--behaviors 'name=B,criteria={value={cidrs=[10.0.0.0/8,192.168.0.0/16]}}'
//
// Parse knows the syntax alone, Convert what the API model makes of it, Read and
// ReadList do both for the value of an option.
//
// # Grammar
//
//	text     = pair *("," pair)                    each key once
//	pair     = key "=" [list / hash / csv]
//	key      = *(letter / digit / "-" / "_" / "." / "#" / "/" / ":")   ASCII
//	csv      = value *("," element)                 more than one value: a list
//	list     = "[" [inner *("," inner) [","]] "]"
//	hash     = "{" [key "=" inner *("," key "=" inner) [","]] "}"      last key wins
//	inner    = list / hash / value
//	value    = quoted / word / nothing
//	element  = quoted / word without "="
//	quoted   = "'" … "'" / `"` … `"`                with \ before the quote and before \
//
// A word goes on to a comma, a quote or, outside elements, to a closing bracket or
// brace; "\," in it is a comma. It does not begin with "=", "[" or "{" and has no
// character beyond U+FFFF. Blanks round separators are dropped, so are those at
// the end of words. A csv takes as many elements as fit; at the first place that
// does not, reading goes back to the nearest comma, there or before, even inside
// quotes, and what comes after it is the next pair.
//
// # When a value is shorthand
//
// An option's value is a text, or a list of texts if the option takes a list.
// What "file://" loads is one text, for an option that takes a list too. A value
// is shorthand if Applies says so: the option is a structure, a map, or a list of
// structures, maps or lists, and the (first) text does not begin with "[" or "{".
// Then:
//
//   - a list of texts: ReadList. No texts give an empty list.
//   - one text: Read. For an option that takes a list (from a file) the result is
//     one object that no type was converted in, which fails validation afterwards.
//
// A *SyntaxError is reported as "Error parsing parameter '--x': …" with status
// 252; other errors, such as numbers that are none, are a whole message with
// status 255.
//
// All other values are no shorthand: a structure or a map is JSON if the text
// begins with "{" after blanks, else the error is "Invalid JSON:\n" and the text.
// A list is JSON if it is one text that begins with "[" after blanks; if not, each
// text is read by itself for the type of the elements. (A text from a file that is
// not JSON is taken apart into its characters there, as Python does when it
// iterates over a string.)
//
// # Maps of structures without braces
//
// AWS CLI's reference pages show maps of structures without braces, a form that it
// does not take itself:
//
//	--alert-targets SNS=alertTargetArn=arn:…,roleArn=arn:…
//
// Read takes it, for an option that is a map of structures, by this rule: a text
// that AWS CLI refuses is read once more, as
//
//	text  = entry *("," entry)                     each key once
//	entry = key "=" hash / key "=" field *("," field)
//	field = member "=" [list / hash / csv]         each member once
//
// where member is a member of the structure, and "x=member=" begins a new entry,
// whatever x is. The result counts if each entry without braces has at least two
// fields and the API model finds no fault with it. With one field the text stays
// what AWS CLI takes it for, a string with an equals sign in it:
// THING=Enabled=true is an error.
package shorthand

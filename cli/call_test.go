package cli_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const keyPair = `{"certificateArn":"arn:c","certificatePem":"-----BEGIN CERTIFICATE-----\nC\n","keyPair":{"PublicKey":"P","PrivateKey":"-----BEGIN RSA PRIVATE KEY-----\nsecret-of-the-key\n"}}`

// TestDebugKeepsSecrets: --debug tells where the key came from, but never the
// secret of it, whatever the place it is kept in, and no private key.
func TestDebugKeepsSecrets(t *testing.T) {
	for _, test := range []struct {
		name    string
		environ []string
		files   map[string]string
		args    []string
		status  int
		code    int
	}{
		{"ok/environment", nil, nil, []string{"list-things"}, 200, 0},
		{"ok/session token", []string{"AWS_SESSION_TOKEN=" + secretKey}, nil, []string{"list-things"}, 200, 0},
		{"ok/credentials file", []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
			map[string]string{".aws/credentials": "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = " + secretKey + "\n"}, []string{"list-things"}, 200, 0},
		{"ok/config file", []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
			map[string]string{".aws/config": "[profile p]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = " + secretKey + "\n"}, []string{"list-things", "--profile", "p"}, 200, 0},
		{"ok/a key pair", nil, nil, []string{"create-keys-and-certificate"}, 200, 0},
		{"ok/a key pair in files", nil, nil, []string{"create-keys-and-certificate", "--private-key-outfile", "k"}, 200, 0},
		{"ok/a key pair of a claim", nil, nil, []string{"create-provisioning-claim", "--template-name", "t"}, 200, 0},
		{"fail/service", nil, nil, []string{"create-keys-and-certificate"}, 400, 254},
		{"fail/busy", nil, nil, []string{"create-keys-and-certificate"}, 500, 254},
		{"fail/half a credentials file", []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
			map[string]string{".aws/credentials": "[default]\naws_secret_access_key = " + secretKey + "\n"}, []string{"list-things"}, 200, 253},
		{"fail/broken credentials file", nil, map[string]string{".aws/credentials": "[default]\naws_secret_access_key\n " + secretKey + "\n"}, []string{"list-things"}, 200, 255},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.set(test.environ...)
			for name, content := range test.files {
				w.write(name, content)
			}
			if test.args[0] != "list-things" {
				w.answer(test.status, keyPair)
			}
			got := w.run(append(test.args, "--debug")...)
			check(t, "exit code", got.Code, test.code)
			for _, secret := range []string{secretKey, "secret-of-the-key", "Signature="} {
				if strings.Contains(got.Stderr, secret) {
					t.Errorf("got %q in\n%s", secret, got.Stderr)
				}
			}
			if test.code == 0 && (!strings.Contains(got.Stderr, "AKIDEXAMPLE") || !strings.Contains(got.Stderr, w.server.URL)) {
				t.Errorf("got neither key nor endpoint in\n%s", got.Stderr)
			}
		})
	}
}

// TestOutfiles: what is to be kept goes to files that nobody else may read.
func TestOutfiles(t *testing.T) {
	w := newWorld(t)
	w.answer(200, keyPair)
	w.write("old.pem", "what stood here before, and is longer than what comes")
	w.environ["KEYS"] = "keys"
	w.write("keys/.keep", "")
	got := w.run("create-keys-and-certificate", "--certificate-pem-outfile", "old.pem", "--public-key-outfile", "~/pub.pem",
		"--private-key-outfile", "$KEYS/key.pem", "--query", "certificateArn", "--output", "text")
	check(t, "result", got, result{0, "arn:c\n", ""})
	for name, want := range map[string]string{
		"old.pem": "-----BEGIN CERTIFICATE-----\nC\n", "pub.pem": "P",
		"keys/key.pem": "-----BEGIN RSA PRIVATE KEY-----\nsecret-of-the-key\n",
	} {
		content, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, string(content), want)
		info, err := os.Stat(filepath.Join(w.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		check(t, "mode of "+name, info.Mode(), os.FileMode(0o600))
	}
}

// TestOutfileIsLeft: without a good answer a file stays as it was.
func TestOutfileIsLeft(t *testing.T) {
	w := newWorld(t)
	w.answer(400, keyPair)
	w.write("old.pem", "old")
	check(t, "exit code", w.run("create-keys-and-certificate", "--private-key-outfile", "old.pem").Code, 254)
	content, err := os.ReadFile(filepath.Join(w.dir, "old.pem"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "content", string(content), "old")
	got := w.run("create-keys-and-certificate", "--private-key-outfile", "none/old.pem")
	check(t, "a folder that is not there", got, result{252, "", "\nUnable to write to file: none/old.pem\n"})
	check(t, "requests", w.requests(), []string{"POST /keys-and-certificate"})
}

// TestRequests: what is sent for the ways to say a parameter.
func TestRequests(t *testing.T) {
	const (
		target = "arn:aws:sns:us-east-1:000000000000:ops"
		role   = "arn:aws:iam::000000000000:role/sns"
		alerts = `POST /security-profiles/p {"alertTargets": {"SNS": {"alertTargetArn": "` + target + `", "roleArn": "` + role + `"}}}`
	)
	profile := []string{"create-security-profile", "--security-profile-name", "p"}
	for _, test := range []struct {
		name  string
		files map[string]string
		args  []string
		want  string
	}{
		{"ok/map with braces", nil, append(profile, "--alert-targets", "SNS={alertTargetArn="+target+",roleArn="+role+"}"), alerts},
		{"ok/map without braces", nil, append(profile, "--alert-targets", "SNS=alertTargetArn="+target+",roleArn="+role), alerts},
		{"ok/map as JSON", nil, append(profile, "--alert-targets", `{"SNS":{"alertTargetArn":"`+target+`","roleArn":"`+role+`"}}`), alerts},
		{"ok/map in a file", map[string]string{"a.json": `{"SNS":{"alertTargetArn":"` + target + `","roleArn":"` + role + `"}}`}, append(profile, "--alert-targets", "file://a.json"), alerts},
		{"ok/map in JSON input", nil, append(profile, "--cli-input-json", `{"securityProfileName":"other","alertTargets":{"SNS":{"alertTargetArn":"`+target+`","roleArn":"`+role+`"}}}`), alerts},
		{"ok/map in YAML input", map[string]string{"in.yaml": "alertTargets:\n  SNS:\n    alertTargetArn: " + target + "\n    roleArn: " + role + "\n"},
			append(profile, "--cli-input-yaml", "file://in.yaml"), alerts},
		{"ok/lists", nil, append(profile, "--tags", "Key=a,Value=b", "Key=c", "--behaviors", `[{"name":"x"}]`),
			`POST /security-profiles/p {"behaviors": [{"name": "x"}], "tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]}`},
		{"ok/an empty list", nil, append(profile, "--tags"), `POST /security-profiles/p {"tags": []}`},
		{"ok/the last of equal options", nil, append(profile, "--tags", "Key=a", "--tags", "Key=b"), `POST /security-profiles/p {"tags": [{"Key": "b"}]}`},
		{"ok/abbreviated, with equals sign", nil, []string{"describe-thing", "--thing-n=-x"}, "GET /things/-x"},
		{"fail/an abbreviated command", nil, []string{"describe-th", "--thing-name", "x"}, ""},
		{"ok/both forms of a boolean", nil, []string{"deprecate-thing-type", "--thing-type-name", "t", "--undo-deprecate", "--no-undo-deprecate"}, `POST /thing-types/t/deprecate {"undoDeprecate": false}`},
		{"ok/a time", nil, []string{"list-violation-events", "--start-time", "2024-01-01", "--end-time", "1704067200.5", "--no-paginate"},
			"GET /violation-events?startTime=2024-01-01T00%3A00%3A00Z&endTime=2024-01-01T00%3A00%3A00.500000Z"},
		{"ok/bytes in a file", map[string]string{"pw": "p\xff"}, []string{"test-invoke-authorizer", "--authorizer-name", "a", "--cli-input-yaml", `{"mqttContext": {"password": !!binary "cP8="}}`},
			`POST /authorizer/a/test {"mqttContext": {"password": "cP8="}}`},
		{"ok/page size of the API", nil, []string{"list-certificates", "--page-size", "5"}, "GET /certificates?pageSize=5"},
		{"ok/page size of the API, by hand", nil, []string{"list-certificates", "--page-size", "5", "--no-paginate"}, "GET /certificates?pageSize=5"},
		{"fail/page size of the API beside paging", nil, []string{"list-certificates", "--page-size", "5", "--max-items", "1"}, ""},
		{"ok/page size under its own name", nil, []string{"list-things", "--page-size", "5"}, "GET /things?maxResults=5"},
		{"ok/the member that it stands for", nil, []string{"list-things", "--max-results", "5"}, "GET /things?maxResults=5"},
		{"ok/starting token of a member by hand", nil, []string{"list-certificates", "--marker", "m"}, "GET /certificates?marker=m"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			for name, content := range test.files {
				w.write(name, content)
			}
			got := w.run(test.args...)
			if test.want == "" {
				check(t, "exit code", got.Code, 252)
				check(t, "requests", len(w.requests()), 0)
				return
			}
			check(t, "exit code", got.Code, 0)
			check(t, "standard error", got.Stderr, "")
			check(t, "requests", w.requests(), []string{test.want})
		})
	}
}

// TestPaging: the same list in all formats, whole and in parts.
func TestPaging(t *testing.T) {
	pages := map[string]string{
		"": `{"things":["a","b"],"nextToken":"t1"}`, "t1": `{"things":["c","d"],"nextToken":"t2"}`, "t2": `{"things":["e"]}`,
	}
	const resume = "eyJuZXh0VG9rZW4iOiAidDEiLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==" // of t1, 1
	for _, test := range []struct {
		name, args, want string
		requests         int
	}{
		{"ok/text", "--output text", "THINGS\ta\nTHINGS\tb\nTHINGS\tc\nTHINGS\td\nTHINGS\te\n", 3},
		{"ok/a query of each page", "--output text --query things[0]", "a\nc\ne\n", 3},
		{"ok/a query of the whole", "--output json --query things[0]", "\"a\"\n", 3},
		{"ok/a part", "--output text --max-items 3", "THINGS\ta\nTHINGS\tb\nTHINGS\tc\nNEXTTOKEN\t" + resume + "\n", 2},
		{"ok/the rest", "--output text --starting-token " + resume, "THINGS\td\nTHINGS\te\n", 2},
		{"ok/a part in JSON", "--max-items 3", "{\n    \"things\": [\n        \"a\",\n        \"b\",\n        \"c\"\n    ],\n    \"NextToken\": \"" + resume + "\"\n}\n", 2},
		{"ok/a part in YAML", "--output yaml --max-items 3 --query NextToken", "\"" + resume + "\"\n", 2},
		{"ok/a stream", "--output yaml-stream", "- nextToken: t1\n  things:\n  - a\n  - b\n- nextToken: t2\n  things:\n  - c\n  - d\n- things:\n  - e\n", 3},
		{"ok/one page", "--output text --no-paginate", "t1\nTHINGS\ta\nTHINGS\tb\n", 1},
		{"ok/one page by hand", "--output text --next-token t2", "THINGS\te\n", 1},
		{"ok/a page by its input", `--output text --cli-input-json {"nextToken":"t2"}`, "THINGS\te\n", 1},
		{"ok/nothing wanted", "--output json --max-items 0 --query things", "[]\n", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.handler = func(rw http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(rw, pages[r.URL.Query().Get("nextToken")])
			}
			got := w.run(append([]string{"list-principal-things", "--principal", "p"}, strings.Fields(test.args)...)...)
			check(t, "result", got, result{0, test.want, ""})
			check(t, "requests", len(w.requests()), test.requests)
		})
	}
}

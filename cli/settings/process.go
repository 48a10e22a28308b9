package settings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"vedette/cli/document"
)

// fromProcess runs the credential_process of the profile.
func (s *Settings) fromProcess(ctx context.Context, profile string) (*provider, error) {
	command, ok := section(s.profiles, profile).Value("credential_process").(string)
	if !ok {
		return nil, nil
	}
	c, err := s.runProcess(ctx, command)
	if err != nil {
		return nil, err
	}
	return found(c), nil
}

const processSource = "custom-process"

func (s *Settings) runProcess(ctx context.Context, command string) (Credentials, error) {
	words, err := splitShell(command)
	if err != nil {
		return Credentials{}, err
	}
	if len(words) == 0 {
		return Credentials{}, fail("list index out of range")
	}
	path, ok := s.env.program(words[0])
	if !ok {
		return Credentials{}, fileError(syscall.ENOENT, words[0])
	}
	var output, complaint bytes.Buffer
	cmd := &exec.Cmd{
		Path: path, Args: words, Env: s.env.Environ, Dir: s.env.Dir,
		Stdin: os.Stdin, Stdout: &output, Stderr: &complaint,
	}
	if err := cmd.Start(); err != nil {
		return Credentials{}, fileError(err, words[0])
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	err = cmd.Wait()
	if ctx.Err() != nil {
		return Credentials{}, ctx.Err()
	}
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		text, err := decode(complaint.Bytes())
		if err != nil {
			return Credentials{}, err
		}
		return Credentials{}, retrievalError(processSource, text)
	}
	text, err := decode(output.Bytes())
	if err != nil {
		return Credentials{}, err
	}
	return processAnswer(text)
}

// processAnswer reads what a credential_process printed.
func processAnswer(text string) (Credentials, error) {
	value, err := document.Parse(text)
	if err != nil {
		return Credentials{}, fail("%s", err)
	}
	answer, ok := value.(*document.Map)
	if !ok {
		return Credentials{}, fail("'%s' object has no attribute 'get'", document.TypeName(value))
	}
	version, ok := answer.Get("Version")
	if !ok {
		version = "<Version key not provided>"
	}
	if version != int64(1) && version != 1.0 && version != true {
		return Credentials{}, retrievalError(processSource, fmt.Sprintf("Unsupported version '%s' for credential process provider, supported versions: 1", document.Text(version)))
	}
	for _, key := range []string{"AccessKeyId", "SecretAccessKey"} {
		if !answer.Has(key) {
			return Credentials{}, retrievalError(processSource, fmt.Sprintf("Missing required key in response: '%s'", key))
		}
	}
	c := Credentials{Source: processSource}
	c.AccessKeyID, _ = answer.Value("AccessKeyId").(string)
	c.SecretAccessKey, _ = answer.Value("SecretAccessKey").(string)
	c.SessionToken, _ = answer.Value("SessionToken").(string)
	expiration, _ := answer.Value("Expiration").(string)
	c.expires, _ = time.Parse(time.RFC3339, expiration)
	return c, nil
}

func retrievalError(source, reason string) error {
	return fail("Error when retrieving credentials from %s: %s", source, reason)
}

// decode refuses what is no UTF-8 in Python's words.
func decode(b []byte) (string, error) {
	if err := document.CheckUTF8(b); err != nil {
		return "", fail("%s", err)
	}
	return string(b), nil
}

// program finds a command in the folders of PATH. One that may not be executed is
// better than none: the attempt says so.
func (e *environ) program(name string) (string, bool) {
	if strings.Contains(name, "/") {
		return e.file(name), true
	}
	path, ok := e.values["PATH"]
	if !ok {
		path = "/bin:/usr/bin"
	}
	forbidden := ""
	for dir := range strings.SplitSeq(path, ":") {
		candidate := e.file(filepath.Join(dir, name))
		info, err := os.Stat(candidate)
		switch {
		case err != nil:
		case info.Mode().IsRegular() && info.Mode()&0o111 != 0:
			return candidate, true
		case forbidden == "":
			forbidden = candidate
		}
	}
	return forbidden, forbidden != ""
}

package restjson

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/aws/smithy-go"

	"vedette/api"
)

func newSDK(endpoint string) *iot.Client {
	return iot.New(iot.Options{
		BaseEndpoint:     aws.String(endpoint),
		Region:           "us-east-1",
		Credentials:      credentials.NewStaticCredentialsProvider(testKey, testSecret, ""),
		RetryMaxAttempts: 1,
	})
}

// TestSDK: AWS's own client and our server understand each other, signatures
// included, for every operation.
func TestSDK(t *testing.T) {
	r, listener := newRig(t, signedOptions())
	client := reflect.ValueOf(newSDK(listener.URL))
	for _, op := range api.Operations() {
		t.Run("ok/"+op.Name, func(t *testing.T) {
			for seed, optional := range variants() {
				f := newFiller(t, uint64(seed), optional)
				in := f.fill(op.Input, op.NewInput())
				r.answer = f.fill(op.Output, op.NewOutput())
				r.got, r.caller = nil, Caller{}
				theirs, out, err := callSDK(client, op, in)
				if err != nil {
					t.Fatal(err)
				}
				if r.caller.AccessKeyID != testKey {
					t.Errorf("got caller %+v", r.caller)
				}
				if err := agree(op.Input, reflect.ValueOf(r.got).Elem(), theirs); err != nil {
					t.Errorf("input: %v", err)
				}
				if op.Output == nil {
					continue
				}
				if err := agree(op.Output, reflect.ValueOf(withList(op, r.answer)).Elem(), out); err != nil {
					t.Errorf("output: %v", err)
				}
			}
		})
	}
}

// callSDK calls op with in; it returns the SDK's input and output.
func callSDK(client reflect.Value, op *api.Operation, in any) (theirs, out reflect.Value, err error) {
	method := client.MethodByName(op.Name)
	if !method.IsValid() {
		return theirs, out, fmt.Errorf("the SDK has no operation %s", op.Name)
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := convert(op.Input, input.Elem(), reflect.ValueOf(in).Elem()); err != nil {
		return theirs, out, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, _ := results[1].Interface().(error); err != nil {
		return theirs, out, err
	}
	return input.Elem(), results[0].Elem(), nil
}

// sdkField returns the SDK's field of a member.
func sdkField(v reflect.Value, m *api.Member) (reflect.Value, error) {
	field := v.FieldByName(strings.ToUpper(m.Name[:1]) + m.Name[1:])
	if !field.IsValid() {
		return field, fmt.Errorf("the SDK's %s has no %s", v.Type(), m.Name)
	}
	return field, nil
}

// convert sets theirs, a value of the SDK, to ours.
func convert(s *api.Shape, theirs, ours reflect.Value) error {
	if theirs.Kind() == reflect.Pointer {
		theirs.Set(reflect.New(theirs.Type().Elem()))
		return convert(s, theirs.Elem(), ours)
	}
	switch s.Type {
	case api.TypeStructure:
		for i := range s.Members {
			field, err := sdkField(theirs, &s.Members[i])
			if err != nil {
				return err
			}
			if ours.Field(i).IsNil() {
				continue
			}
			if err := convert(s.Members[i].Shape, field, reflect.Indirect(ours.Field(i))); err != nil {
				return err
			}
		}
	case api.TypeList:
		theirs.Set(reflect.MakeSlice(theirs.Type(), ours.Len(), ours.Len()))
		for i := range ours.Len() {
			if err := convert(s.Element, theirs.Index(i), ours.Index(i)); err != nil {
				return err
			}
		}
	case api.TypeMap:
		theirs.Set(reflect.MakeMap(theirs.Type()))
		for _, key := range ours.MapKeys() {
			value := reflect.New(theirs.Type().Elem()).Elem()
			if err := convert(s.Value, value, ours.MapIndex(key)); err != nil {
				return err
			}
			theirs.SetMapIndex(key.Convert(theirs.Type().Key()), value)
		}
	default:
		theirs.Set(ours.Convert(theirs.Type()))
	}
	return nil
}

// agree compares our value with the SDK's. Where the SDK has no pointer its
// zero value means absent.
func agree(s *api.Shape, ours, theirs reflect.Value) error {
	switch s.Type {
	case api.TypeStructure:
		for i := range s.Members {
			if err := agreeMember(&s.Members[i], ours.Field(i), theirs); err != nil {
				return fmt.Errorf("%s: %w", s.Members[i].Name, err)
			}
		}
		return nil
	case api.TypeList:
		if ours.Len() != theirs.Len() {
			return fmt.Errorf("ours has %d elements, the SDK's %d", ours.Len(), theirs.Len())
		}
		for i := range ours.Len() {
			if err := agree(s.Element, ours.Index(i), reflect.Indirect(theirs.Index(i))); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case api.TypeMap:
		if ours.Len() != theirs.Len() {
			return fmt.Errorf("ours has %d entries, the SDK's %d", ours.Len(), theirs.Len())
		}
		for _, key := range ours.MapKeys() {
			value := theirs.MapIndex(key.Convert(theirs.Type().Key()))
			if !value.IsValid() {
				return fmt.Errorf("the SDK has no key %s", key)
			}
			if err := agree(s.Value, ours.MapIndex(key), reflect.Indirect(value)); err != nil {
				return fmt.Errorf("[%s]: %w", key, err)
			}
		}
		return nil
	}
	a, b := ours.Interface(), theirs.Convert(ours.Type()).Interface()
	if at, ok := a.(time.Time); ok && at.Equal(b.(time.Time)) || a == b {
		return nil
	}
	return fmt.Errorf("ours %v, the SDK's %v", a, b)
}

func agreeMember(m *api.Member, ours, theirs reflect.Value) error {
	field, err := sdkField(theirs, m)
	if err != nil {
		return err
	}
	switch {
	case ours.IsNil() && field.IsZero(),
		m.IdempotencyToken && field.IsZero(): // made up on the way
		return nil
	case ours.IsNil() && (field.Kind() == reflect.Slice || field.Kind() == reflect.Map) && field.Len() == 0:
		return nil // the SDK's query and path hold no empty lists
	case ours.IsNil():
		return fmt.Errorf("ours is absent, the SDK's is %v", field)
	case field.Kind() == reflect.Pointer && field.IsNil():
		return errors.New("the SDK's is absent")
	}
	return agree(m.Shape, reflect.Indirect(ours), reflect.Indirect(field))
}

// TestSDKErrors: AWS's own client sees our errors as its typed ones.
func TestSDKErrors(t *testing.T) {
	r, listener := newRig(t, signedOptions())
	client := newSDK(listener.URL)
	describe := func() error {
		_, err := client.DescribeSecurityProfile(context.Background(), &iot.DescribeSecurityProfileInput{SecurityProfileName: aws.String("LampRules")})
		return err
	}
	create := func() error {
		_, err := client.CreateSecurityProfile(context.Background(), &iot.CreateSecurityProfileInput{SecurityProfileName: aws.String("LampRules")})
		return err
	}

	r.err = api.NotFound("no security profile is called LampRules")
	if e, ok := errors.AsType[*types.ResourceNotFoundException](describe()); !ok || e.ErrorMessage() != "no security profile is called LampRules" {
		t.Errorf("got %v, want a ResourceNotFoundException with its message", e)
	}
	r.err = &api.Error{Code: api.ResourceAlreadyExistsException, Message: "exists", ResourceID: "LampRules", ResourceARN: "arn"}
	if e, ok := errors.AsType[*types.ResourceAlreadyExistsException](create()); !ok || aws.ToString(e.ResourceId) != "LampRules" || aws.ToString(e.ResourceArn) != "arn" {
		t.Errorf("got %v, want a ResourceAlreadyExistsException with id and ARN", e)
	}
	r.err = errors.New("disk on fire")
	if e, ok := errors.AsType[*types.InternalFailureException](describe()); !ok || strings.Contains(e.ErrorMessage(), "fire") {
		t.Errorf("got %v, want an InternalFailureException without the cause", e)
	}
	r.err = nil
	_, err := newSDK(listener.URL).DescribeSecurityProfile(context.Background(), &iot.DescribeSecurityProfileInput{SecurityProfileName: aws.String("a b")})
	if e, ok := errors.AsType[*types.InvalidRequestException](err); !ok || !strings.Contains(e.ErrorMessage(), "'securityProfileName'") {
		t.Errorf("got %v, want an InvalidRequestException that names securityProfileName", err)
	}
	other := iot.New(iot.Options{BaseEndpoint: aws.String(listener.URL), Region: "eu-west-1", RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(testKey, testSecret, "")})
	_, err = other.ListDimensions(context.Background(), &iot.ListDimensionsInput{})
	if e, ok := errors.AsType[smithy.APIError](err); !ok || e.ErrorCode() != "InvalidSignatureException" {
		t.Errorf("got %v, want an InvalidSignatureException", err)
	}
}

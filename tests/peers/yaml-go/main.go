// Command yaml-go says what Kubernetes' own YAML readers make of a text.
//
// Each line of stdin is a table row whose first cell is a YAML text as a JSON string; further
// cells, separated by tabs, are ignored, so that a table can be fed to it to be made anew. Each line of stdout is that
// cell and three answers: of sigs.k8s.io/yaml, of the same when strict (`=` when equal), and of
// go.yaml.in/yaml/v3, which kustomize reads with (`=` when equal to the first). An answer is JSON, or `!` and the reason.
// Lines that start with `#` pass through.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		line := in.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			fmt.Fprintln(out, line)
			continue
		}
		cell, _, _ := strings.Cut(line, "\t")
		var text string
		if err := json.Unmarshal([]byte(cell), &text); err != nil {
			fmt.Fprintf(os.Stderr, "not a JSON string: %s: %v\n", cell, err)
			os.Exit(1)
		}
		lax := answer([]byte(text), yaml.YAMLToJSON)
		strict := answer([]byte(text), yaml.YAMLToJSONStrict)
		three := answer([]byte(text), v3)
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", cell, lax, same(lax, strict), same(lax, three))
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func same(first, second string) string {
	if first == second {
		return "="
	}
	return second
}

func answer(text []byte, read func([]byte) ([]byte, error)) (said string) {
	defer func() {
		if why := recover(); why != nil {
			said = "!panic: " + clean(fmt.Sprint(why))
		}
	}()
	json, err := read(text)
	if err != nil {
		return "!" + clean(err.Error())
	}
	return string(json)
}

func clean(text string) string {
	text = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(text)
	if len(text) > 120 {
		text = text[:120]
	}
	return strings.ToValidUTF8(strings.TrimSpace(text), "?")
}

// v3 reads one document as sigs.k8s.io/yaml would if it used version 3.
func v3(text []byte) ([]byte, error) {
	var value any
	if err := yaml3.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	if err := encoder.Encode(stringKeys(value)); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func stringKeys(value any) any {
	switch value := value.(type) {
	case map[any]any:
		object := make(map[string]any, len(value))
		for key, item := range value {
			object[fmt.Sprint(key)] = stringKeys(item)
		}
		return object
	case map[string]any:
		for key, item := range value {
			value[key] = stringKeys(item)
		}
		return value
	case []any:
		for index, item := range value {
			value[index] = stringKeys(item)
		}
		return value
	default:
		return value
	}
}

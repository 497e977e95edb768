// Command kyaml-label is the least that a KRM function on kyaml's framework can be: it sets the external label
// `cluster` of every Prometheus and PrometheusAgent, and nothing else. What it costs is what the framework costs.
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func main() {
	stream := &kio.ByteReadWriter{Reader: os.Stdin, Writer: os.Stdout, KeepReaderAnnotations: true}
	if err := framework.Execute(framework.ResourceListProcessorFunc(label), stream); err != nil {
		fmt.Fprintln(os.Stderr, "kyaml-label:", err)
		os.Exit(1)
	}
}

func label(list *framework.ResourceList) error {
	cluster, err := list.FunctionConfig.Pipe(yaml.Lookup("spec", "cluster", "name"))
	if err != nil {
		return err
	}
	if cluster == nil {
		return fmt.Errorf("functionConfig: no spec.cluster.name")
	}
	set := yaml.SetField("cluster", yaml.NewStringRNode(cluster.YNode().Value))
	for _, item := range list.Items {
		switch item.GetKind() {
		case "Prometheus", "PrometheusAgent":
			labels := yaml.LookupCreate(yaml.MappingNode, "spec", "externalLabels")
			if err := item.PipeE(labels, set); err != nil {
				return err
			}
		}
	}
	return nil
}

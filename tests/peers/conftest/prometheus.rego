# Two rules for the benchmark, about what two of krmguard's rules are about. They read a ResourceList or single objects.
package main

import rego.v1

objects contains object if some object in input.items

objects contains input if not input.items

prometheus contains object if {
	some object in objects
	object.kind in {"Prometheus", "PrometheusAgent"}
}

deny contains message if {
	some object in prometheus
	not object.spec.externalLabels.cluster
	message := sprintf("%s %s: no external label `cluster`", [object.kind, object.metadata.name])
}

deny contains message if {
	some object in prometheus
	object.spec.thanos
	message := sprintf("%s %s: a Thanos sidecar", [object.kind, object.metadata.name])
}

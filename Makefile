# The ways to run Gatehouse and to check it; CONTRIBUTING.md says what each is for
JAVA25_HOME ?= $(firstword $(wildcard /usr/lib/jvm/*25*))
.PHONY: run test check release-check bench
run: ; mvn spring-boot:run
test: ; mvn -B -ntp verify
check: ; .ci/run
release-check: check
	JAVA_HOME=$(or $(JAVA25_HOME),$(error there is no JDK 25: name it in JAVA25_HOME)) mvn -B -ntp clean verify -Dgatehouse.excluded-groups=
	set -e; for each in "nginx envoy" operations monitoring mutation "schemathesis full" "fuzz 3600"; do echo "=== .ci/$$each"; .ci/$$each; done
	set -e; for each in h2 postgres postgres-killed; do echo "=== bench/crash $$each"; bench/crash $$each; done; echo "=== release-check: all of it passed"
bench:
	mvn -B -ntp -DskipTests package
	set -e; for each in http grpc start replicas forward attack soak; do bench/$$each $(WRITE); done

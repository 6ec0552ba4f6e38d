# Gatehouse in a container: docs/adr/0010-image.md says why it is as it is.
#   docker build -t gatehouse .
# The bases are arguments, so that an own registry or a base with own certificates can take their place; a digest behind the name
# (eclipse-temurin:25-jre@sha256:…) makes a build that can be repeated: docs/operations.md says how to get it.
ARG BUILD_IMAGE=maven:3-eclipse-temurin-25
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml .
COPY src/main src/main
# Where Maven's repository is behind a certificate that the build image does not know, give a Java trust store that does:
#   docker build --secret id=truststore,src="$JAVA_HOME/lib/security/cacerts" …
RUN --mount=type=cache,target=/root/.m2 --mount=type=secret,id=truststore \
    if [ -s /run/secrets/truststore ]; then \
      export MAVEN_OPTS="-Djavax.net.ssl.trustStore=/run/secrets/truststore"; \
    fi; \
    mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Derror-prone=-XDnone package \
    && java -Djarmode=tools -jar target/gatehouse.jar extract --layers --destination extracted

# The libraries are a layer of their own: a new version of Gatehouse alone does not move them
FROM ${BASE_IMAGE} AS app
WORKDIR /app
COPY --from=build /build/extracted/dependencies/ ./
COPY --from=build /build/extracted/application/ ./
COPY docker/java.args ./

# In the base image itself: an AOT cache serves only the very JVM that made it
FROM app AS train
COPY docker/train /
RUN bash /train

FROM app
ARG BASE_IMAGE
# The version is that of pom.xml: .ci/compose compares them
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gatehouse" \
      org.opencontainers.image.description="Milvus' user authentication and user administration as a service of its own" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
COPY --from=train /app/gatehouse.aot ./
COPY docker/gatehouse docker/health ./

# Any user whose group is 0 may run it, as on platforms that choose the user themselves
RUN mkdir -m 0770 /data && chown 10001:0 /data
VOLUME /data
# A file without a folder, such as gatehouse.audit.log-file=audit.jsonl, is there: the rest is read-only
WORKDIR /data
USER 10001:0

# PROXY_PORT: what is published and checked must not depend on a mounted milvus.yaml
ENV LANG=C.UTF-8 \
    MALLOC_ARENA_MAX=2 \
    PROXY_PORT=19530 \
    MANAGEMENT_SERVER_ADDRESS=0.0.0.0 \
    GATEHOUSE_DATADIRECTORY=/data
EXPOSE 19530 9091

HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=3 CMD ["/app/health"]

ENTRYPOINT ["/app/gatehouse"]

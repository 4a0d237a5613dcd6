#!/bin/bash
# kafka-run-class.sh [-name NAME] [-loggc] CLASS [ARGUMENT…]: a class of the broker's or a tool, with the
# variables that upstream's script of this name reads.
set -u
base=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log_dir=${LOG_DIR:-$base/logs}
name='' gc_log=()
while [ $# -gt 0 ]; do
  case $1 in
    -name) name=$2; shift 2 ;;
    -loggc) gc_log=("-Xlog:gc*:file=$log_dir/$name-gc.log:time,tags:filecount=10,filesize=100M"); shift ;;
    *) break ;;
  esac
done
if [ $# = 0 ]; then
  echo "usage: $0 [-name NAME] [-loggc] CLASS [ARGUMENT...]" >&2
  exit 1
fi
jmx=${KAFKA_JMX_OPTS:-}
if [ -n "${JMX_PORT:-}" ] && [ -z "$jmx" ]; then
  jmx="-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false -Dcom.sun.management.jmxremote.port=$JMX_PORT"
fi
tools_log="-Dlog4j2.configurationFile=$base/config/tools-log4j2.yaml"
[ -f "$base/config/tools-log4j2.yaml" ] || tools_log="-Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml"
# The variables hold several options each: they are meant to be split.
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} \
  ${KAFKA_JVM_PERFORMANCE_OPTS:--server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true} \
  ${gc_log[@]+"${gc_log[@]}"} $jmx "-Dkafka.logs.dir=$log_dir" ${KAFKA_LOG4J_OPTS:-$tools_log} \
  -cp "$base/libs/*${CLASSPATH:+:$CLASSPATH}" ${KAFKA_OPTS:-} "$@"

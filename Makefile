# Words a person types; the work is in scripts/. `make help` lists them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help up down clean status logs images rebuild deploy dev replay-dead traffic chaos chaos-list chaos-stop chaos-all deploy-bad deploy-good mute unmute slo slo-explain test test-unit test-rules test-stack smoke screenshots bench format

NODE := scripts/with-node.sh

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

up: ## Run the lab, and wait until it is healthy
	@scripts/up.sh

down: ## Stop the lab; its data stays
	@scripts/down.sh

clean: ## Stop the lab and remove its data
	@scripts/down.sh --volumes

status: ## Show the health of every part
	@scripts/status.sh

logs: ## Follow the output of containers (SERVICE=api for one)
	@scripts/logs.sh $(SERVICE)

images: ## Get or make every image, without starting anything
	@scripts/engine.sh && scripts/images.sh

rebuild: ## Build our image again and restart one service (SERVICE=api)
	@scripts/rebuild.sh $(SERVICE)

deploy: ## Replace a service by what the sources are now, one replica at a time (SERVICE=api; docs/deployment.md)
	@scripts/deploy.sh

dev: ## Run one service from the sources as you edit them, with an inspector (SERVICE=api)
	@scripts/dev.sh

replay-dead: ## List dead letters and put corrected ones back (TOPIC=orders.placed.v1)
	@scripts/replay-dead.sh

traffic: ## Change the shoppers: RPS=20 requests a second, or USERS=5 DURATION=60
	@scripts/traffic.sh

chaos: ## Break something for a while and tell what happens (SCENARIO=payments-failing)
	@$(NODE) node scripts/chaos/main.ts

chaos-list: ## Show the scenarios
	@$(NODE) node scripts/chaos/main.ts list

chaos-stop: ## End every fault, and prove it
	@$(NODE) node scripts/chaos/main.ts stop

chaos-all: ## Run every scenario, each on a fresh lab, and write docs/chaos.md's table (SPEED=lab; goes on where it was)
	@$(NODE) node scripts/chaos/main.ts all

deploy-bad: ## Give one of two replicas of api a defect, as a bad deploy would (DURATION=1800 seconds at most)
	@$(NODE) node scripts/chaos/main.ts deploy-bad

deploy-good: ## Take the bad deploy back
	@$(NODE) node scripts/chaos/main.ts deploy-good

mute: ## Mute alerts for a maintenance (FOR=30m JOURNEY=checkout REASON='…'; without JOURNEY all of them)
	@$(NODE) node scripts/mute/main.ts mute

unmute: ## End what make mute began (JOURNEY=checkout for one)
	@$(NODE) node scripts/mute/main.ts unmute

slo: ## Compile the SLO rules and the dashboards
	@$(NODE) node scripts/slo/main.ts
	@$(NODE) node scripts/dashboards/main.ts

slo-explain: ## Say in words what each alert of a journey means (JOURNEY=checkout)
	@$(NODE) node scripts/slo/explain.ts

test: ## Prove everything, from nothing
	@scripts/test.sh unit rules stack

test-unit: ## Types, lint, logic
	@scripts/test.sh unit

test-rules: ## SLO rules, alert routes, configuration of every part
	@scripts/test.sh rules

test-stack: ## The running stack, beside any lab that runs already
	@scripts/test.sh stack

smoke: ## Call every endpoint of the running lab once
	@scripts/smoke.sh

screenshots: ## Take a picture of each page of the running store, into docs/screenshots
	@scripts/screenshots.sh

bench: ## Measure one of our claims (BENCH=time-to-page; bench/README.md)
	@$(if $(filter lighthouse,$(BENCH)),scripts/with-browser.sh) $(NODE) node bench/$(or $(BENCH),time-to-page)/main.ts

format: ## Format and lint the sources
	@$(NODE) biome check --write .

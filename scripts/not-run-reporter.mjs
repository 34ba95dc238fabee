import { heading, notice } from './print.mjs'
import { workspacePackages } from './workspace.mjs'

/** @import { Reporter, TestCase, TestModule, Vitest } from 'vitest/node' */

/**
 * Says last what a green run did not try: tests of programs that are not there, tests that were skipped, with their
 * reason, and packages without a test.
 * Then one plain line with the numbers.
 *
 * @implements {Reporter}
 */
export class NotRunReporter {
  #wasFiltered = false

  /** @param {readonly { name: string, files: readonly string[] }[]} absent programs that this machine has not */
  constructor(absent) {
    this.absent = absent
  }

  /** @param {Vitest} vitest */
  onInit(vitest) {
    this.vitest = vitest
  }

  /** @param {readonly unknown[]} specifications */
  async onTestRunStart(specifications) {
    const all = await this.vitest?.globTestSpecifications()
    this.#wasFiltered = all?.length !== specifications.length
  }

  /** @param {readonly TestModule[]} modules */
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    // With `-t NAME` all the other tests count as skipped: what was asked for is no news.
    if (this.vitest?.config.testNamePattern === undefined) {
      reportNotRun(this.absent, skipped, this.#wasFiltered ? [] : packagesWithout(modules))
    }
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const broken = modules.filter((module) => module.errors().length > 0).length
    const failed = tests.length - passed - skipped.length + broken
    console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`)
  }
}

/**
 * @param {readonly { name: string, files: readonly string[] }[]} absent
 * @param {readonly TestCase[]} skipped
 * @param {readonly string[]} untested
 */
function reportNotRun(absent, skipped, untested) {
  if (absent.length + skipped.length + untested.length > 0) heading('Not run')
  for (const { name, files } of absent) notice(`${files.join(', ')}: ${name} is not installed`)
  for (const test of skipped) notice(`${test.module.relativeModuleId} › ${test.fullName}: ${reasonOf(test)}`)
  for (const path of untested) notice(`${path} has no test`)
}

/** @param {TestCase} test */
function reasonOf(test) {
  const result = test.result()
  return (result.state === 'skipped' ? result.note : undefined) ?? 'skipped, and nothing says why'
}

/** @param {readonly TestModule[]} modules */
function packagesWithout(modules) {
  const tested = modules.map((module) => module.relativeModuleId)
  return workspacePackages()
    .map(({ path }) => path)
    .filter((path) => path !== 'bench' && !tested.some((file) => file.startsWith(`${path}/`)))
}

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ACCESS } from '../../src/access/access.decorator.js';
import type { Access } from '../../src/access/authorize.js';
import type { TestApp } from './app.js';

/** A method at an address, such as `GET /v1/current_user`. */
export interface DeclaredRoute {
  readonly name: string;
  /** Undefined where the route does not declare who may call it. */
  readonly access: Access | undefined;
}

/** Every route of every controller, and what it declares. */
export function declaredRoutes({ app }: TestApp): DeclaredRoute[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype as Type),
  );
  return controllers.flatMap(routesOf);
}

function routesOf(controller: Type): DeclaredRoute[] {
  const reflector = new Reflector();
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const verb = handler && reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
    if (handler === undefined || verb === undefined) return [];
    const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
    const under = pathsOf(reflector.get(PATH_METADATA, controller));
    const at = pathsOf(reflector.get(PATH_METADATA, handler));
    const urls = under.flatMap((base) => at.map((path) => `/${[...base, ...path].join('/')}`));
    return urls.map((url) => ({ name: `${RequestMethod[verb]} ${url}`, access }));
  });
}

const pathsOf = (paths: string | string[]): string[][] =>
  [paths].flat().map((path) => path.split('/').filter((segment) => segment !== ''));

/**
 * Hears of every route that is registered with Fastify from now on, whoever does it.
 * @returns their names, and a function to call when the app has started
 */
export function watchRoutes(): { readonly names: Set<string>; readonly stop: () => void } {
  const names = new Set<string>();
  const listener = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) names.add(`${one} ${url}`);
    });
  };
  subscribe('fastify.initialization', listener);
  return { names, stop: () => unsubscribe('fastify.initialization', listener) };
}

package dev.nextact.serve.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * A page for people, on the operator's port: it knows by itself who may see it, and tells failures
 * in words.
 *
 * @param path {@code {name}} is a parameter
 */
public record Page(HandlerType method, String path, Handler handler) {}

"""Every operation on arrays that the language of equations has, each in a model of its own."""

from __future__ import annotations

_TABLES = """
[given]
v = [0.5, -1.5, 2.5, 0.7, 1.1]
X = [[1.0, -2.0, 0.5], [0.35, 0.2, -0.7]]
Y = [[1, 0, 0], [0, 1, 0]]
S = [[1.5, -2, 0.5, 3], [0.3, 0.2, -0.7, 1], [2.5, 0.1, 0.9, -1], [4.5, 0.6, -0.2, 0.8]]
M = [[1, 1, 0], [0, 1, 1]]
y = [0.2, 0.5, 0.3]
[parameters]
W = [[0.5, 1.5, -0.7], [0.3, 0.8, 0.9]]
k = [0.3, -0.6]
K = [[0.3, 0.1], [-0.5, 0.9]]
w = [0.4, 0.9, -0.3]
"""

#: The equations, with a semicolon between them.
OPERATIONS = (
    "A = conv(v, k, stride=2); C = sum(A)",
    "A = conv(v, k, padding=1); C = sum(A**2)",
    "A = conv(S, K, stride=2); C = sum(A**2)",
    "A = max_pool(S, 2, stride=1); C = sum(A**2)",
    "A = avg_pool(S, 2); C = sum(A**2)",
    "A = max(W, axis=1); C = sum(A**2)",
    "A = max(W, axis=0); C = sum(A**2)",
    "A = min(W*X, axis=0); C = sum(A**2)",
    "A = norm(W, axis=1); C = sum(A**2)",
    "A = norm(W, axis=1, keepdims=True); C = sum((W/A)**3)",
    "A = norm(W, axis=0, keepdims=True); C = sum((W/A)**3)",
    "A = max(W, axis=0, keepdims=True); B = W - A; C = sum(B**2)",
    "A = prod(W, axis=1); C = sum(A**2)",
    "C = prod(w)",
    "C = norm(W)",
    "C = max(w)",
    "A = logsumexp(W, axis=1); C = sum(A)",
    "C = logsumexp(w)",
    "A = softmax(W, axis=0); C = sum(A*X)",
    "A = softmax(W, axis=1, mask=M); C = sum(A*X)",
    "A = log_softmax(W, axis=0); C = sum(A*X)",
    "C = softmax_cross_entropy(W, Y, axis=1)",
    "C = softmax_cross_entropy(w, y)",
    "P = softmax(w); C = cross_entropy(P, y)",
    "C = binary_cross_entropy_with_logits(w, y)",
    "C = huber(w, y, delta=0.3)",
    "C = mean_squared_error(W, Y)",
    "C = absolute_error(W, Y)",
    "A = sigmoid(w); C = binary_cross_entropy(A, y)",
    "A = elu(w, alpha=0.5); C = sum(A**2)",
    "A = elu(w); C = sum(A**2)",
    "A = leaky_relu(w); C = sum(A**2)",
    "A = gelu(w); C = sum(A**2)",
    "A = gelu_tanh(w); C = sum(A**2)",
    "A = silu(w); C = sum(A**2)",
    "A = softplus(w); C = sum(A**2)",
    "A = concat(w, k); C = sum(A**2)",
    "A = concat(W, X, axis=0); C = sum(A**2)",
    "A = concat(W, X, axis=1); C = sum(A**2)",
    "A = pad(k, 1); C = sum(A**2)",
    "A = pad(K, 1); C = sum(A**2)",
    "A = diag(w); C = sum((W @ A)**2)",
    "A = reshape(W, 3, 2); C = sum((A @ K)**2)",
    "A = reshape(w, 3, 1); C = sum((W @ A)**2)",
    "A = flatten(W); C = sum(A**3)",
    "A = outer(k, w); C = sum(A*W)",
    "A = eye(3)*2; C = sum((W @ A)**2)",
    "A = one_hot(2, 3); C = sum(A*w)**2",
    "A = zeros(2, 3) + W; C = sum(A**2)",
    "A = ones(2, 3) - W; C = sum(A**2)",
    "A = [w, 2*w]; C = sum(A*W)",
    "A = W.T; C = sum((A @ X)**2)",
    "A = abs(W); C = sum(A)",
    "A = sqrt(W**2 + 1); C = sum(A)",
    "A = exp(-W); C = sum(A)",
    "A = atan(W); C = sum(A)",
    "A = sign(w)*w; C = sum(A)",
    "A = erf(w); C = sum(A)",
    "A = 2**w; C = sum(A)",
    "A = abs(W)**0.5 if W > 0 else -W; C = sum(A)",
    "A = W if 0 < W < 1 else -W; C = sum(A)",
    "A = w[2]*W; C = sum(A)",
    "C = w.T @ w",
    "C = k @ W @ w",
    "A = W @ w; C = A @ k",
    "A = mean(W, axis=0); C = sum(A*w)",
    "A = W - mean(W, axis=1, keepdims=True); C = sum(A**3)",
    "A = X - sum(W, axis=0, keepdims=True); C = sum(A**3)",
    "A = W - max(W, axis=1, keepdims=True); C = sum(A**3)",
    "A = W*pi; C = sum(A)",
    "A = 1e-5*W; C = sum(A**2)",
    "A = -W @ w; C = sum(A**2)",
    "A = (W @ w)/(k @ k); C = sum(A**2)",
    "A = [[w[1], w[2]], [w[3], 1]]; C = sum(A @ K)",
    "A = max(W, X); C = sum(A**2)",
    "A = max(W, 0); C = sum(A**2)",
    "A = W/w; C = sum(A)",
    "A = w/W; C = sum(A**2)",
    "A = min(W, w); C = sum(A**2)",
)


def operation(equations: str) -> str:
    """A whole file."""
    return f"{_TABLES}[model]\nequations = '''\n{equations.replace('; ', chr(10))}\n'''\n"

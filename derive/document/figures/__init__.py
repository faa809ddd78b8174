"""Drawings as plain data: the network, the way back, the computation graph, the plot of the cost."""

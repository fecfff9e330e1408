"""What watches the cluster, tells people, and repairs what can be repaired by itself."""
